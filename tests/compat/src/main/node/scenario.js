// What an application does with kafkajs: admin, every codec, headers, nulls, a rebalance, seeking by timestamp.
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs')
const snappy = require('kafkajs-snappy')
const lz4 = require('lz4js')
const xxh32 = require('lz4js/xxh32.js')
const { ZstdCodec } = require('zstd-codec')

const [bootstrap, topic] = process.argv.slice(2)
const PARTITIONS = 4
const PER_CODEC = 60
const START_MS = 1700000000000

const check = (holds, otherwise) => { if (!holds) { console.error(otherwise); process.exit(1) } }

// lz4js marks its blocks as dependent, which brokers refuse; one block depends on nothing.
function lz4Frame(bytes) {
  const frame = lz4.compress(bytes)
  frame[4] |= 0x20
  frame[6] = (xxh32.hash(0, frame, 4, 2) >> 8) & 0xff
  return Buffer.from(frame)
}

function installCodecs(zstd) {
  CompressionCodecs[CompressionTypes.Snappy] = snappy
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async encoder => lz4Frame(encoder.buffer),
    decompress: async buffer => Buffer.from(lz4.decompress(buffer)),
  })
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async encoder => Buffer.from(new zstd.Streaming().compress(encoder.buffer)),
    decompress: async buffer => Buffer.from(new zstd.Streaming().decompress(buffer)),
  })
}

async function produce(kafka) {
  const sent = new Set()
  let timestamp = START_MS
  let middle
  for (const [name, compression] of Object.entries(CompressionTypes)) {
    if (name === 'LZ4') middle = timestamp
    const producer = kafka.producer()
    await producer.connect()
    const messages = []
    for (let i = 0; i < PER_CODEC; i++) {
      const id = `${name}-${i}`
      sent.add(id)
      messages.push({
        key: i % 6 === 1 ? null : id,
        value: i % 6 === 4 ? null : `value of ${id}`.repeat(10),
        headers: { id },
        partition: i % PARTITIONS,
        timestamp: String(timestamp++),
      })
    }
    await producer.send({ topic, acks: -1, compression, messages })
    await producer.disconnect()
  }
  return { sent, middle }
}

function member(kafka, sent, seen) {
  const consumer = kafka.consumer({ groupId: `group-of-${topic}`, sessionTimeout: 10000, heartbeatInterval: 500, maxWaitTimeInMs: 100 })
  let joins = 0
  consumer.on(consumer.events.GROUP_JOIN, () => joins++)
  const run = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        const id = message.headers.id.toString()
        const i = Number(id.split('-')[1])
        check((message.key === null) === (i % 6 === 1), `the key of ${id}`)
        check((message.value === null) === (i % 6 === 4), `the value of ${id}`)
        check(message.value === null || message.value.toString() === `value of ${id}`.repeat(10), `the bytes of ${id}`)
        seen.add(id)
      },
    })
  }
  return { consumer, run, joins: () => joins }
}

async function until(condition, otherwise) {
  const deadline = Date.now() + 60000
  while (!condition()) {
    check(Date.now() < deadline, otherwise())
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function consumeWithARebalance(kafka, sent) {
  const seen = new Set()
  const first = member(kafka, sent, seen)
  const second = member(kafka, sent, seen)
  await first.run()
  await until(() => seen.size >= 10, () => `seen only ${seen.size}`)
  await second.run()
  await until(() => seen.size === sent.size && first.joins() >= 2 && second.joins() >= 1,
    () => `seen ${seen.size} of ${sent.size}, joins ${first.joins()} and ${second.joins()}`)
  await first.consumer.disconnect()
  await second.consumer.disconnect()
}

async function seekByTimestamp(kafka, admin, middle) {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, middle)
  const consumer = kafka.consumer({ groupId: `seeker-of-${topic}`, maxWaitTimeInMs: 100 })
  let read = 0
  await consumer.connect()
  await consumer.subscribe({ topics: [topic] })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      if (Number(message.timestamp) >= middle) read++
    },
  })
  for (const { partition, offset } of offsets) consumer.seek({ topic, partition, offset })
  await until(() => read >= 2 * PER_CODEC, () => `read ${read} after seeking`)
  await consumer.disconnect()
}

async function main() {
  const zstd = await new Promise(resolve => ZstdCodec.run(resolve))
  installCodecs(zstd)
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] })
  check((await admin.listTopics()).includes(topic), 'the new topic is not listed')
  const { sent, middle } = await produce(kafka)
  await consumeWithARebalance(kafka, sent)
  await seekByTimestamp(kafka, admin, middle)
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
  console.log('OK')
}

main().then(() => process.exit(0), error => { console.error(error); process.exit(1) })
