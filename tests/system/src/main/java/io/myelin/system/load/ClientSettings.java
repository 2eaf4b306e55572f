package io.myelin.system.load;

import io.myelin.system.history.Strength;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Settings of Kafka's clients: its defaults, but for what would make a run of minutes idle. */
final class ClientSettings {
  private static final Map<String, String> IMPATIENT =
      Map.of(
          // A frozen broker is given up after this; with Kafka's 30 s a run would see few faults.
          CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, "4000",
          CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "300",
          CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, "300",
          CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, "2000",
          CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, "2000");

  private static final String[] CODECS = {"none", "lz4", "zstd", "gzip"};

  private ClientSettings() {}

  static Properties client(String bootstrap, String id) {
    Properties settings = new Properties();
    settings.putAll(IMPATIENT);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
    return settings;
  }

  static Properties producer(String bootstrap, int producer, Strength strength) {
    Properties settings = client(bootstrap, "producer-" + producer);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, CODECS[producer % CODECS.length]);
    // Shorter than some faults, so that outcomes stay unknown now and then.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
    switch (strength) {
      case EXACTLY_ONCE -> {
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      }
      case LEADER_ONLY -> {
        settings.put(ProducerConfig.ACKS_CONFIG, "1");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
      }
    }
    return settings;
  }

  static Properties reader(String bootstrap, String id) {
    Properties settings = client(bootstrap, id);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // A position that the broker does not know is an error to see, not to jump over.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return settings;
  }

  static Properties member(String bootstrap, String group, int member) {
    Properties settings = reader(bootstrap, "member-" + member);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // The least that brokers allow: members that die without a word are part of the load.
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1000);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
    return settings;
  }
}
