package io.myelin.broker.config;

import java.util.Map;

/** Kafka's broker configs that mean something here, as of Kafka 4.3. */
public final class BrokerDefinitions {
  /** By name. */
  public static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          advertised.listeners | LIST | null | HIGH | - | static | What clients are told to connect to, one per listener, if it is not what the listeners bind to.
          alter.config.policy.class.name | CLASS | null | LOW | - | static | Policy for changes of configuration.
          authorizer.class.name | STRING |  | LOW | - | static | Authorizer. Empty: everybody may do everything.
          auto.create.topics.enable | BOOLEAN | true | HIGH | - | static | Whether a topic that a client asks for is created if it does not exist.
          auto.leader.rebalance.enable | BOOLEAN | true | HIGH | - | static | Whether leadership returns to preferred replicas by itself.
          background.threads | INT | 10 | HIGH | >= 1 | cluster, ignored | Threads for work in the background.
          broker.heartbeat.interval.ms | INT | 2000 | MEDIUM | - | static, ignored | Milliseconds between two heartbeats to the controller.
          broker.id | INT | -1 | HIGH | - | static | Old name of node.id; both must agree if both are set.
          broker.rack | STRING | null | MEDIUM | - | static | Rack of this broker; replicas are spread over racks.
          broker.session.timeout.ms | INT | 9000 | MEDIUM | - | static, ignored | Milliseconds without a heartbeat after which a broker is fenced.
          client.quota.callback.class | CLASS | null | LOW | - | static | Says which quotas clients have.
          compression.gzip.level | INT | -1 | MEDIUM | -1 or 1..9 | cluster | Level of gzip when compression.type is gzip.
          compression.lz4.level | INT | 9 | MEDIUM | 1..17 | cluster | Level of lz4 when compression.type is lz4.
          compression.type | STRING | producer | HIGH | one of uncompressed,zstd,lz4,snappy,gzip,producer | cluster | Codec that batches are stored in; 'producer' keeps the producer's.
          compression.zstd.level | INT | 3 | MEDIUM | -131072..22 | cluster | Level of zstd when compression.type is zstd.
          config.providers | LIST |  | LOW | - | cluster, ignored | Providers of indirect configuration values. Not supported: leave it empty.
          connection.failed.authentication.delay.ms | INT | 100 | LOW | >= 0 | static, ignored | Milliseconds before a connection that failed to authenticate is closed.
          connections.max.idle.ms | LONG | 600000 | MEDIUM | - | static | Milliseconds without traffic after which a connection is closed; 0 or less: never.
          connections.max.reauth.ms | LONG | 0 | MEDIUM | - | static, ignored | Milliseconds after which a connection must authenticate again; 0: never.
          controlled.shutdown.enable | BOOLEAN | true | MEDIUM | - | static, ignored | Whether a stopping broker hands over its leadership first.
          controller.listener.names | LIST | <none> | HIGH | - | static | Names of Kafka's controllers' listeners; Myelin has none, and leaves those of listeners out. Not set: CONTROLLER.
          controller.quota.window.num | INT | 11 | LOW | >= 1 | static, ignored | Samples kept for the quota of changes to metadata.
          controller.quota.window.size.seconds | INT | 1 | LOW | >= 1 | static, ignored | Seconds in each of those samples.
          cordoned.log.dirs | LIST |  | MEDIUM | - | cluster | Log directories that get no new partitions: entries of log.dirs, or * for all of them. A broker without another one gets none.
          create.topic.policy.class.name | CLASS | null | LOW | - | static | Policy for new topics.
          default.replication.factor | INT | 1 | MEDIUM | - | static | Replicas of a topic whose creator does not say how many.
          delegation.token.expiry.time.ms | LONG | 86400000 | MEDIUM | >= 1 | static, ignored | Milliseconds for which a delegation token is valid before it is renewed.
          delegation.token.max.lifetime.ms | LONG | 604800000 | MEDIUM | >= 1 | static, ignored | Milliseconds after which a delegation token cannot be renewed.
          delegation.token.secret.key | PASSWORD | null | MEDIUM | - | static | Secret that delegation tokens are signed with.
          delete.topic.enable | BOOLEAN | true | HIGH | - | static | Whether topics can be deleted.
          fetch.max.bytes | INT | 57671680 | MEDIUM | >= 1024 | static | Most bytes in one answer to a fetch; one batch may exceed it.
          group.consumer.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | cluster, ignored | Milliseconds at least between two assignments of a consumer group.
          group.consumer.assignors | LIST | uniform,range | MEDIUM | - | static, ignored | Assignors on the server for consumer groups; the first is the default.
          group.consumer.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Milliseconds between heartbeats that members of consumer groups are told.
          group.consumer.max.assignment.interval.ms | INT | 15000 | MEDIUM | >= 0 | static, ignored | Largest assignment interval that a consumer group may set.
          group.consumer.max.heartbeat.interval.ms | INT | 15000 | MEDIUM | >= 1 | static, ignored | Largest heartbeat interval that a consumer group may set.
          group.consumer.max.session.timeout.ms | INT | 60000 | MEDIUM | >= 1 | static, ignored | Largest session timeout that a consumer group may set.
          group.consumer.max.size | INT | 2147483647 | MEDIUM | >= 1 | static, ignored | Most members of a consumer group.
          group.consumer.migration.policy | STRING | bidirectional | MEDIUM | any case DISABLED,DOWNGRADE,UPGRADE,BIDIRECTIONAL | static, ignored | How groups move between the classic and the consumer protocol.
          group.consumer.min.assignment.interval.ms | INT | 0 | MEDIUM | >= 0 | static, ignored | Smallest assignment interval that a consumer group may set.
          group.consumer.min.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Smallest heartbeat interval that a consumer group may set.
          group.consumer.min.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Smallest session timeout that a consumer group may set.
          group.consumer.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Milliseconds without a heartbeat after which a member of a consumer group is removed.
          group.coordinator.append.linger.ms | INT | -1 | MEDIUM | >= -1 | static, ignored | Milliseconds that the coordinator collects writes for; -1: as long as its queue is not empty.
          group.coordinator.rebalance.protocols | LIST | classic,consumer,streams | MEDIUM | list of consumer,classic,share,streams | static, ignored | Rebalance protocols that are served.
          group.coordinator.threads | INT | 4 | HIGH | >= 1 | static, ignored | Threads of the group coordinator.
          group.initial.rebalance.delay.ms | INT | 3000 | MEDIUM | - | static | Milliseconds that an empty classic group waits for more members before it assigns.
          group.max.session.timeout.ms | INT | 1800000 | MEDIUM | - | static | Largest session timeout that a member of a classic group may ask for.
          group.max.size | INT | 2147483647 | MEDIUM | >= 1 | static | Most members of a classic group.
          group.min.session.timeout.ms | INT | 6000 | MEDIUM | - | static | Smallest session timeout that a member of a classic group may ask for.
          group.share.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | cluster, ignored | Milliseconds at least between two assignments of a share group.
          group.share.delivery.count.limit | INT | 5 | MEDIUM | 2..10 | static, ignored | How often a share group delivers a record before it gives it up.
          group.share.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Milliseconds between heartbeats that members of share groups are told.
          group.share.max.assignment.interval.ms | INT | 15000 | MEDIUM | >= 0 | static, ignored | Largest assignment interval that a share group may set.
          group.share.max.delivery.count.limit | INT | 10 | MEDIUM | 5..25 | static, ignored | Largest delivery count that a share group may set.
          group.share.max.heartbeat.interval.ms | INT | 15000 | MEDIUM | >= 1 | static, ignored | Largest heartbeat interval that a share group may set.
          group.share.max.partition.max.record.locks | INT | 4000 | MEDIUM | 2000..10000 | static, ignored | Largest number of record locks that a share group may set.
          group.share.max.record.lock.duration.ms | INT | 60000 | MEDIUM | 30000..3600000 | static, ignored | Largest lock duration that a share group may set.
          group.share.max.session.timeout.ms | INT | 60000 | MEDIUM | >= 1 | static, ignored | Largest session timeout that a share group may set.
          group.share.max.size | INT | 200 | MEDIUM | 1..1000 | static, ignored | Most members of a share group.
          group.share.min.assignment.interval.ms | INT | 0 | MEDIUM | >= 0 | static, ignored | Smallest assignment interval that a share group may set.
          group.share.min.delivery.count.limit | INT | 2 | MEDIUM | 2..5 | static, ignored | Smallest delivery count that a share group may set.
          group.share.min.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Smallest heartbeat interval that a share group may set.
          group.share.min.partition.max.record.locks | INT | 100 | MEDIUM | 100..2000 | static, ignored | Smallest number of record locks that a share group may set.
          group.share.min.record.lock.duration.ms | INT | 15000 | MEDIUM | 1000..30000 | static, ignored | Smallest lock duration that a share group may set.
          group.share.min.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Smallest session timeout that a share group may set.
          group.share.partition.max.record.locks | INT | 2000 | MEDIUM | 100..10000 | static, ignored | Records of a partition that a share group may have locked at once.
          group.share.record.lock.duration.ms | INT | 30000 | MEDIUM | 1000..3600000 | static, ignored | Milliseconds for which a record is locked for a member of a share group.
          group.share.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Milliseconds without a heartbeat after which a member of a share group is removed.
          group.streams.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | cluster, ignored | Milliseconds at least between two assignments of a streams group.
          group.streams.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Milliseconds between heartbeats that members of streams groups are told.
          group.streams.initial.rebalance.delay.ms | INT | 3000 | MEDIUM | >= 0 | static, ignored | Milliseconds that an empty streams group waits for more members before it assigns.
          group.streams.max.assignment.interval.ms | INT | 15000 | MEDIUM | >= 0 | static, ignored | Largest assignment interval that a streams group may set.
          group.streams.max.heartbeat.interval.ms | INT | 15000 | MEDIUM | >= 1 | static, ignored | Largest heartbeat interval that a streams group may set.
          group.streams.max.session.timeout.ms | INT | 60000 | MEDIUM | >= 1 | static, ignored | Largest session timeout that a streams group may set.
          group.streams.max.size | INT | 2147483647 | MEDIUM | >= 1 | static, ignored | Most members of a streams group.
          group.streams.max.standby.replicas | INT | 2 | MEDIUM | >= 0 | static, ignored | Largest number of standby replicas that a streams group may set.
          group.streams.min.assignment.interval.ms | INT | 0 | MEDIUM | >= 0 | static, ignored | Smallest assignment interval that a streams group may set.
          group.streams.min.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | static, ignored | Smallest heartbeat interval that a streams group may set.
          group.streams.min.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Smallest session timeout that a streams group may set.
          group.streams.num.standby.replicas | INT | 0 | MEDIUM | >= 0 | static, ignored | Standby replicas of each task of a streams group.
          group.streams.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | static, ignored | Milliseconds without a heartbeat after which a member of a streams group is removed.
          inter.broker.listener.name | STRING | null | MEDIUM | - | static, ignored | Listener that brokers use among themselves.
          leader.imbalance.check.interval.seconds | LONG | 300 | HIGH | >= 1 | static | Seconds between two looks at how evenly leadership is spread.
          listener.security.protocol.map | STRING | SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT | LOW | - | static | Security protocol of each listener name.
          listeners | LIST | PLAINTEXT://:9092 | HIGH | - | static | What to bind to, as NAME://HOST:PORT, separated by commas.
          log.cleaner.backoff.ms | LONG | 15000 | MEDIUM | >= 0 | cluster | Milliseconds that a cleaner with nothing to do sleeps.
          log.cleaner.dedupe.buffer.size | LONG | 134217728 | MEDIUM | - | cluster | Bytes for the keys that a compaction remembers, all cleaners together.
          log.cleaner.delete.retention.ms | LONG | 86400000 | MEDIUM | >= 0 | cluster | Milliseconds for which tombstones stay in compacted topics.
          log.cleaner.enable | BOOLEAN | true | MEDIUM | - | static | Whether compaction runs.
          log.cleaner.io.buffer.load.factor | DOUBLE | 0.9 | MEDIUM | - | cluster, ignored | How full the buffer of keys may get, 0 to 1.
          log.cleaner.io.buffer.size | INT | 524288 | MEDIUM | >= 0 | cluster, ignored | Bytes of buffers for reading and writing, all cleaners together.
          log.cleaner.io.max.bytes.per.second | DOUBLE | 1.7976931348623157E308 | MEDIUM | - | cluster | Bytes per second that all cleaners together may read and write.
          log.cleaner.max.compaction.lag.ms | LONG | 9223372036854775807 | MEDIUM | >= 1 | cluster | Milliseconds after which a record must have been considered for compaction.
          log.cleaner.min.cleanable.ratio | DOUBLE | 0.5 | MEDIUM | 0..1 | cluster | Share of a log that has to be dirty before it is compacted.
          log.cleaner.min.compaction.lag.ms | LONG | 0 | MEDIUM | >= 0 | cluster | Milliseconds for which a record is safe from compaction.
          log.cleaner.threads | INT | 1 | MEDIUM | >= 0 | cluster, ignored | Compactions that run at once.
          log.cleanup.policy | LIST | delete | MEDIUM | list of compact,delete | cluster | What happens to old segments: delete, compact, or both.
          log.dir | LIST | /tmp/kafka-logs | HIGH | - | static | Directory of the data, if log.dirs is not set.
          log.dirs | LIST | null | HIGH | - | static | Directories of the data, separated by commas.
          log.flush.interval.messages | LONG | 9223372036854775807 | HIGH | >= 1 | cluster | Messages after which a log is forced to the disk; 1: before each acknowledgement.
          log.flush.interval.ms | LONG | null | HIGH | - | cluster | Milliseconds after which a log is forced to the disk.
          log.flush.offset.checkpoint.interval.ms | INT | 60000 | HIGH | >= 0 | static, ignored | Milliseconds between two writes of the recovery points.
          log.flush.scheduler.interval.ms | LONG | 9223372036854775807 | HIGH | - | static | Milliseconds between two checks whether a log must be forced to the disk.
          log.flush.start.offset.checkpoint.interval.ms | INT | 60000 | HIGH | >= 0 | static, ignored | Milliseconds between two writes of the log start offsets.
          log.index.interval.bytes | INT | 4096 | MEDIUM | >= 0 | cluster | Bytes of log per entry of the offset index.
          log.index.size.max.bytes | INT | 10485760 | MEDIUM | >= 4 | cluster | Largest size of an offset index.
          log.local.retention.bytes | LONG | -2 | MEDIUM | >= -2 | cluster, ignored | Bytes kept locally of a partition with remote storage; -2: as log.retention.bytes.
          log.local.retention.ms | LONG | -2 | MEDIUM | >= -2 | cluster, ignored | Milliseconds kept locally of a partition with remote storage; -2: as log.retention.ms.
          log.message.timestamp.after.max.ms | LONG | 3600000 | MEDIUM | >= 0 | cluster | How far, in milliseconds, a record's timestamp may be ahead of the broker's clock.
          log.message.timestamp.before.max.ms | LONG | 9223372036854775807 | MEDIUM | >= 0 | cluster | How far, in milliseconds, a record's timestamp may be behind the broker's clock.
          log.message.timestamp.type | STRING | CreateTime | MEDIUM | one of CreateTime,LogAppendTime | cluster | Whether records carry the time of their creation or of their append.
          log.preallocate | BOOLEAN | false | MEDIUM | - | cluster | Whether a new segment's file gets its full size at once.
          log.retention.bytes | LONG | -1 | HIGH | - | cluster | Bytes that a partition may have before old segments are deleted; -1: any.
          log.retention.check.interval.ms | LONG | 300000 | MEDIUM | >= 1 | static | Milliseconds between two looks for segments to delete.
          log.retention.hours | INT | 168 | HIGH | - | static | Hours for which records are kept, if neither minutes nor ms are set.
          log.retention.minutes | INT | null | HIGH | - | static | Minutes for which records are kept, if ms are not set.
          log.retention.ms | LONG | null | HIGH | - | cluster | Milliseconds for which records are kept; -1: for ever.
          log.roll.hours | INT | 168 | HIGH | >= 1 | static | Hours after which a new segment begins, if ms are not set.
          log.roll.jitter.hours | INT | 0 | HIGH | >= 0 | static | Hours by which that may randomly come earlier, if ms are not set.
          log.roll.jitter.ms | LONG | null | HIGH | - | cluster | Milliseconds by which a new segment may randomly begin earlier.
          log.roll.ms | LONG | null | HIGH | - | cluster | Milliseconds after which a new segment begins.
          log.segment.bytes | INT | 1073741824 | HIGH | >= 1048576 | cluster | Largest size of a segment.
          log.segment.delete.delay.ms | LONG | 60000 | HIGH | >= 0 | cluster | Milliseconds between the removal of a segment and that of its files.
          max.connection.creation.rate | INT | 2147483647 | MEDIUM | >= 0 | cluster | New connections per second.
          max.connections | INT | 2147483647 | MEDIUM | >= 0 | cluster | Connections at once.
          max.connections.per.ip | INT | 2147483647 | MEDIUM | >= 0 | cluster | Connections at once from one address.
          max.connections.per.ip.overrides | STRING |  | MEDIUM | - | cluster | Other limits for some hosts, as HOST:COUNT, separated by commas.
          max.incremental.fetch.session.cache.slots | INT | 1000 | MEDIUM | >= 0 | static | Fetch sessions at once.
          max.request.partition.size.limit | INT | 2000 | MEDIUM | >= 1 | static | Most partitions in one answer that is given in pages.
          message.max.bytes | INT | 1048588 | HIGH | >= 0 | cluster | Largest batch, as it is stored.
          metric.reporters | LIST | org.apache.kafka.common.metrics.JmxReporter | LOW | - | cluster, ignored | Reporters of metrics, by class. Myelin has its own; this is ignored.
          metrics.num.samples | INT | 2 | LOW | >= 1 | static, ignored | Samples kept for a windowed metric.
          metrics.recording.level | STRING | INFO | LOW | - | static, ignored | Level of the metrics that are recorded.
          metrics.sample.window.ms | LONG | 30000 | LOW | >= 1 | static, ignored | Milliseconds in each sample of a windowed metric.
          min.insync.replicas | INT | 1 | HIGH | >= 1 | cluster | Replicas that must be in sync for a write with acks=all. Never set for one broker; of all files in a cluster only the first controller's counts, as the default of all brokers.
          node.id | INT | <none> | HIGH | >= 0 | static | Id of this node.
          num.io.threads | INT | 8 | HIGH | >= 1 | static | Threads that may block on disks.
          num.network.threads | INT | 3 | HIGH | >= 1 | static | Event loops that serve connections.
          num.partitions | INT | 1 | MEDIUM | >= 1 | static | Partitions of a topic whose creator does not say how many.
          num.recovery.threads.per.data.dir | INT | 2 | HIGH | >= 1 | cluster, ignored | Logs of a directory that are opened or recovered at once.
          num.replica.alter.log.dirs.threads | INT | null | HIGH | - | static, ignored | Threads that move replicas between directories.
          num.replica.fetchers | INT | 1 | HIGH | >= 1 | cluster, ignored | Streams per peer that replicas are fetched with.
          offset.metadata.max.bytes | INT | 4096 | HIGH | - | static | Largest metadata text of a committed offset.
          offsets.commit.timeout.ms | INT | 5000 | HIGH | >= 1 | static | Milliseconds that a commit of offsets waits for its replicas.
          offsets.load.buffer.size | INT | 5242880 | HIGH | >= 1 | static, ignored | Bytes per read when a coordinator loads its partition.
          offsets.retention.check.interval.ms | LONG | 600000 | HIGH | >= 1 | static | Milliseconds between two looks for expired offsets.
          offsets.retention.minutes | INT | 10080 | HIGH | >= 1 | static | Minutes for which the offsets of an empty group are kept.
          offsets.topic.compression.codec | INT | 0 | HIGH | - | static, ignored | Codec of __consumer_offsets, by its number.
          offsets.topic.num.partitions | INT | 50 | HIGH | >= 1 | static | Partitions of __consumer_offsets.
          offsets.topic.replication.factor | SHORT | 3 | HIGH | >= 1 | static | Replicas of __consumer_offsets.
          offsets.topic.segment.bytes | INT | 104857600 | HIGH | >= 1 | static | Largest segment of __consumer_offsets.
          principal.builder.class | CLASS | org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder | MEDIUM | - | broker | Builder of principals. Not supported: leave the default.
          process.roles | LIST | <none> | HIGH | list of broker,controller | static, ignored | Roles of this process; Myelin standalone always has both.
          producer.id.expiration.ms | INT | 86400000 | LOW | >= 1 | cluster | Milliseconds after which a silent idempotent producer is forgotten.
          queued.max.request.bytes | LONG | -1 | MEDIUM | - | static, ignored | Bytes of requests that may wait; -1: bounded by Myelin's own budget.
          queued.max.requests | INT | 500 | HIGH | >= 1 | static, ignored | Requests that may wait.
          quota.window.num | INT | 11 | LOW | >= 1 | static, ignored | Samples kept for client quotas.
          quota.window.size.seconds | INT | 1 | LOW | >= 1 | static, ignored | Seconds in each of those samples.
          replica.fetch.backoff.ms | INT | 1000 | MEDIUM | >= 0 | static, ignored | Milliseconds before a failed replica fetch is repeated.
          replica.fetch.max.bytes | INT | 1048576 | MEDIUM | >= 0 | static, ignored | Bytes that a replica takes of one partition at once.
          replica.fetch.min.bytes | INT | 1 | HIGH | - | static, ignored | Bytes that a replica waits for.
          replica.fetch.response.max.bytes | INT | 10485760 | MEDIUM | >= 0 | static, ignored | Bytes that a replica takes at once.
          replica.fetch.wait.max.ms | INT | 500 | HIGH | - | static, ignored | Milliseconds that a replica waits for data.
          replica.high.watermark.checkpoint.interval.ms | LONG | 5000 | HIGH | - | static | Milliseconds between two writes of the high watermarks.
          replica.lag.time.max.ms | LONG | 30000 | HIGH | - | static | Milliseconds behind after which a replica is not in sync.
          replica.selector.class | STRING | null | MEDIUM | - | static | Selector of the replica that a consumer reads from: empty for the leader, or org.apache.kafka.common.replica.RackAwareReplicaSelector.
          replica.socket.receive.buffer.bytes | INT | 65536 | HIGH | - | static, ignored | Receive buffer of a replica's socket.
          replica.socket.timeout.ms | INT | 30000 | HIGH | - | static, ignored | Milliseconds after which a replica's request is given up.
          request.timeout.ms | INT | 30000 | HIGH | - | static, ignored | Milliseconds after which a request between brokers is given up.
          sasl.enabled.mechanisms | LIST | GSSAPI | MEDIUM | - | broker | SASL mechanisms that are offered.
          sasl.jaas.config | PASSWORD | null | MEDIUM | - | broker | JAAS configuration of a SASL listener.
          sasl.mechanism.inter.broker.protocol | STRING | GSSAPI | MEDIUM | - | broker | SASL mechanism that brokers use among themselves.
          security.inter.broker.protocol | STRING | PLAINTEXT | MEDIUM | one of PLAINTEXT,SSL,SASL_PLAINTEXT,SASL_SSL | static | Security protocol that brokers use among themselves.
          socket.listen.backlog.size | INT | 50 | MEDIUM | >= 1 | static | Connections that the kernel keeps while they wait to be accepted. Not set: as many as the system allows (Linux: net.core.somaxconn).
          socket.receive.buffer.bytes | INT | 102400 | HIGH | - | static, ignored | Receive buffer of a client's socket; -1: the system's.
          socket.request.max.bytes | INT | 104857600 | HIGH | >= 1 | static | Largest request; a longer one closes its connection.
          socket.send.buffer.bytes | INT | 102400 | HIGH | - | static, ignored | Send buffer of a client's socket; -1: the system's.
          ssl.cipher.suites | LIST |  | MEDIUM | - | broker | Cipher suites of TLS; empty: the JDK's.
          ssl.client.auth | STRING | none | MEDIUM | one of required,requested,none | broker | Whether clients must present a certificate.
          ssl.enabled.protocols | LIST | TLSv1.2,TLSv1.3 | MEDIUM | - | broker | Versions of TLS.
          ssl.endpoint.identification.algorithm | STRING | https | LOW | - | broker | How a peer's host name is checked against its certificate.
          ssl.key.password | PASSWORD | null | MEDIUM | - | broker | Password of the private key.
          ssl.keymanager.algorithm | STRING | SunX509 | MEDIUM | - | broker | Algorithm of the key manager.
          ssl.keystore.certificate.chain | PASSWORD | null | MEDIUM | - | broker | Certificate chain as PEM.
          ssl.keystore.key | PASSWORD | null | MEDIUM | - | broker | Private key as PEM.
          ssl.keystore.location | STRING | null | MEDIUM | - | broker | File of the key store.
          ssl.keystore.password | PASSWORD | null | MEDIUM | - | broker | Password of the key store.
          ssl.keystore.type | STRING | JKS | MEDIUM | - | broker | Format of the key store.
          ssl.protocol | STRING | TLSv1.3 | MEDIUM | - | broker | Version of TLS that is tried first.
          ssl.provider | STRING | null | MEDIUM | - | broker | Security provider of TLS.
          ssl.truststore.certificates | PASSWORD | null | MEDIUM | - | broker | Trusted certificates as PEM.
          ssl.truststore.location | STRING | null | MEDIUM | - | broker | File of the trust store.
          ssl.truststore.password | PASSWORD | null | MEDIUM | - | broker | Password of the trust store.
          ssl.truststore.type | STRING | JKS | MEDIUM | - | broker | Format of the trust store.
          ssl.trustmanager.algorithm | STRING | PKIX | MEDIUM | - | broker | Algorithm of the trust manager.
          telemetry.max.bytes | INT | 1048576 | LOW | >= 1 | static, ignored | Largest metrics report of a client.
          transaction.abort.timed.out.transaction.cleanup.interval.ms | INT | 10000 | LOW | >= 1 | static, ignored | Milliseconds between two looks for transactions that took too long.
          transaction.max.timeout.ms | INT | 900000 | HIGH | >= 1 | static, ignored | Longest transaction that a producer may ask for.
          transaction.partition.verification.enable | BOOLEAN | true | LOW | - | cluster, ignored | Whether a partition asks the coordinator before it takes part in a transaction.
          transaction.remove.expired.transaction.cleanup.interval.ms | INT | 3600000 | LOW | >= 1 | static, ignored | Milliseconds between two looks for expired transactional ids.
          transaction.state.log.load.buffer.size | INT | 5242880 | HIGH | >= 1 | static, ignored | Bytes per read when a transaction coordinator loads its partition.
          transaction.state.log.min.isr | INT | 2 | HIGH | >= 1 | static, ignored | min.insync.replicas of __transaction_state.
          transaction.state.log.num.partitions | INT | 50 | HIGH | >= 1 | static, ignored | Partitions of __transaction_state.
          transaction.state.log.replication.factor | SHORT | 3 | HIGH | >= 1 | static, ignored | Replicas of __transaction_state.
          transaction.state.log.segment.bytes | INT | 104857600 | HIGH | >= 1 | static, ignored | Largest segment of __transaction_state.
          transactional.id.expiration.ms | INT | 604800000 | HIGH | >= 1 | static, ignored | Milliseconds after which a silent transactional id is forgotten.
          unclean.leader.election.enable | BOOLEAN | false | HIGH | - | cluster | Whether a replica that is not in sync may lead when no other can, at the price of records. Never set for one broker, and in a cluster in no file: for a topic, or as the default of all brokers.
          """,
          true);

  /**
   * What is only set at run time, and no part of a broker's configuration; clients are not shown
   * it.
   */
  static final Map<String, ConfigDefinition> QUOTAS =
      ConfigTable.parse(
          """
          follower.replication.throttled.rate | LONG | 9223372036854775807 | MEDIUM | >= 0 | cluster | Bytes per second for throttled replicas that catch up.
          leader.replication.throttled.rate | LONG | 9223372036854775807 | MEDIUM | >= 0 | cluster | Bytes per second of throttled replicas for followers that catch up.
          """,
          true);

  private BrokerDefinitions() {}
}
