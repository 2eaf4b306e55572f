package io.myelin.broker.api.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.record.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PartitionErrorsTest {
  @ParameterizedTest
  @EnumSource(Verdict.Reason.class)
  void aReasonToRefuseABatchIsKafkasErrorOfThatName(Verdict.Reason reason) {
    assertThat(PartitionErrors.of(reason).name()).isEqualTo(reason.name());
  }
}
