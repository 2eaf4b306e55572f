"""What an application does with kafka-python: admin, every codec, headers, nulls, a rebalance, seeking by timestamp."""

import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

PARTITIONS = 4
PER_CODEC = 60
CODECS = [None, "gzip", "snappy", "lz4", "zstd"]
START_MS = 1_700_000_000_000


def check(holds, otherwise):
    if not holds:
        sys.exit(otherwise)


def produce(bootstrap, topic):
    sent, timestamp, middle = set(), START_MS, None
    for codec in CODECS:
        if codec == "lz4":
            middle = timestamp
        producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=codec, acks="all", linger_ms=5)
        for i in range(PER_CODEC):
            name = f"{codec}-{i}"
            sent.add(name)
            producer.send(
                topic,
                key=None if i % 6 == 1 else name.encode(),
                value=None if i % 6 == 4 else f"value of {name}".encode() * 10,
                headers=[("id", name.encode())],
                partition=i % PARTITIONS,
                timestamp_ms=timestamp,
            )
            timestamp += 1
        producer.flush()
        producer.close()
    return sent, middle


def consumer(bootstrap, group):
    return KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=20,
        heartbeat_interval_ms=500,
        session_timeout_ms=10000,
    )


def take(member, seen):
    for records in member.poll(timeout_ms=100).values():
        for record in records:
            name = dict(record.headers)["id"].decode()
            i = int(name.split("-")[1])
            check((record.key is None) == (i % 6 == 1), f"the key of {name}")
            check((record.value is None) == (i % 6 == 4), f"the value of {name}")
            check(record.value is None or record.value == f"value of {name}".encode() * 10, f"the bytes of {name}")
            seen.add(name)


def consume_with_a_rebalance(bootstrap, topic, sent):
    import threading

    seen, deadline = set(), time.time() + 60
    first, second = consumer(bootstrap, "group-of-" + topic), consumer(bootstrap, "group-of-" + topic)
    first.subscribe([topic])
    while len(seen) < 10:
        check(time.time() < deadline, f"seen only {len(seen)}")
        take(first, seen)
    second.subscribe([topic])
    joined = threading.Event()

    def run_second():
        while not joined.is_set() and time.time() < deadline:
            take(second, seen)
            if second.assignment() and len(seen) == len(sent):
                joined.set()

    thread = threading.Thread(target=run_second)
    thread.start()
    while not joined.is_set() and time.time() < deadline:
        take(first, seen)
    thread.join()
    check(seen == sent, f"seen {len(seen)} of {len(sent)}")
    check(second.assignment() and first.assignment(), "the partitions were not shared")
    first.commit()
    first.close()
    second.close()


def seek_by_timestamp(bootstrap, topic, middle):
    reader = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    partitions = [TopicPartition(topic, p) for p in range(PARTITIONS)]
    reader.assign(partitions)
    for partition, found in reader.offsets_for_times({p: middle for p in partitions}).items():
        reader.seek(partition, found.offset)
    read, deadline = 0, time.time() + 60
    while read < 2 * PER_CODEC:
        check(time.time() < deadline, f"read {read} after seeking")
        for records in reader.poll(timeout_ms=100).values():
            for record in records:
                check(record.timestamp >= middle, "read a record from before")
                read += 1
    check(read == 2 * PER_CODEC, f"read {read} after seeking")
    reader.close()


def main(bootstrap, topic):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    check(topic in admin.list_topics(), "the new topic is not listed")
    sent, middle = produce(bootstrap, topic)
    consume_with_a_rebalance(bootstrap, topic, sent)
    seek_by_timestamp(bootstrap, topic, middle)
    admin.delete_topics([topic])
    admin.close()
    print("OK")


main(sys.argv[1], sys.argv[2])
