package io.myelin.broker.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.junit.jupiter.api.Test;

class GroupConfigTest {
  private final GroupConfig config = GroupConfig.DEFAULT;

  @Test
  void hasKafkasDefaults() {
    assertThat(config.sessionTimeoutMsMin()).isEqualTo(6_000);
    assertThat(config.sessionTimeoutMsMax()).isEqualTo(1_800_000);
    assertThat(config.initialRebalanceDelayMs()).isEqualTo(3_000);
    assertThat(config.groupSizeMax()).isEqualTo(GroupCoordinatorConfig.GROUP_MAX_SIZE_DEFAULT);
    assertThat(config.offsetMetadataBytesMax())
        .isEqualTo(GroupCoordinatorConfig.OFFSET_METADATA_MAX_SIZE_DEFAULT);
    assertThat(config.offsetsRetentionMinutes())
        .isEqualTo(GroupCoordinatorConfig.OFFSETS_RETENTION_MINUTES_DEFAULT);
    assertThat(config.offsetsRetentionMs()).isEqualTo(604_800_000);
    assertThat(config.offsetsRetentionCheckIntervalMs())
        .isEqualTo(GroupCoordinatorConfig.OFFSETS_RETENTION_CHECK_INTERVAL_MS_DEFAULT);
    assertThat(config.offsetsCommitTimeoutMs())
        .isEqualTo(GroupCoordinatorConfig.OFFSET_COMMIT_TIMEOUT_MS_DEFAULT);
  }
}
