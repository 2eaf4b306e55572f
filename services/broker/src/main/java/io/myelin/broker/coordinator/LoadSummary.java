package io.myelin.broker.coordinator;

import org.jboss.logging.Logger;

/**
 * Says once what the loading of many partitions brought, instead of once for each: silent when
 * there was nothing to load, as in a first start.
 *
 * <p>Thread-safe.
 */
final class LoadSummary {
  private static final Logger LOG = Logger.getLogger(LoadSummary.class);

  private final String name;
  private int underWay;
  private int partitions;
  private long records;

  LoadSummary(String name) {
    this.name = name;
  }

  synchronized void started() {
    underWay++;
  }

  synchronized void failed() {
    ended();
  }

  synchronized void loaded(int partition, long recordCount) {
    LOG.debugf("%s-%d is loaded: %d records", name, partition, recordCount);
    if (recordCount > 0) {
      partitions++;
      records += recordCount;
    }
    ended();
  }

  private void ended() {
    underWay--;
    if (underWay == 0 && partitions > 0) {
      LOG.infof("%s is loaded: %d records in %d partitions", name, records, partitions);
      partitions = 0;
      records = 0;
    }
  }
}
