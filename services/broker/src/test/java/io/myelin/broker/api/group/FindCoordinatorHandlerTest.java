package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who coordinates a group. */
class FindCoordinatorHandlerTest extends GroupHandlersFixture {
  private final FindCoordinatorHandler find = new FindCoordinatorHandler(api);

  private Coordinator find(int version, byte type) {
    FindCoordinatorRequestData data = new FindCoordinatorRequestData().setKeyType(type);
    if (version < 4) {
      data.setKey(GROUP);
    } else {
      data.setCoordinatorKeys(List.of(GROUP));
    }
    FindCoordinatorResponseData response = api.answer(find, version, data);
    return version < 4
        ? new Coordinator()
            .setErrorCode(response.errorCode())
            .setHost(response.host())
            .setPort(response.port())
        : response.coordinators().get(0);
  }

  @ParameterizedTest
  @MethodSource("findVersions")
  void namesTheLeaderOfTheGroupsPartitionInEveryVersion(int version) {
    Coordinator found = find(version, (byte) 0);
    assertThat(found.host()).isEqualTo("broker.PLAINTEXT");
    assertThat(found.port()).isEqualTo(9092 + Math.abs(GROUP.hashCode()) % 3);
    assertThat(api.created).isZero();
  }

  @Test
  void createsTheTopicForTheFirstWhoAsks() {
    api.partitions = 0;
    assertThat(find(6, (byte) 0).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(api.created).isEqualTo(1);
  }

  @Test
  void asksForAnotherTryWhenTheTopicCannotBeCreated() {
    api.partitions = 0;
    api.partitionsOnCreate = 0;
    assertThat(find(6, (byte) 0).errorCode()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
  }

  @Test
  void saysThatTransactionsAreNotServed() {
    Coordinator found = find(6, (byte) 1);
    assertThat(found.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    assertThat(found.errorMessage()).contains("does not serve transactions");
  }

  static IntStream findVersions() {
    return versions(ApiKeys.FIND_COORDINATOR);
  }
}
