package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator's view: DescribeGroups, ListGroups and DeleteGroups. */
class GroupAdminTest extends GroupHandlersFixture {
  static IntStream describeVersions() {
    return versions(ApiKeys.DESCRIBE_GROUPS);
  }

  @ParameterizedTest
  @MethodSource("describeVersions")
  void describesInEveryVersion(int version) {
    stableMember();
    List<DescribedGroup> groups =
        api.answer(
                new DescribeGroupsHandler(api.groups),
                version,
                new DescribeGroupsRequestData()
                    .setGroups(List.of(GROUP, "other"))
                    .setIncludeAuthorizedOperations(version >= 3))
            .groups();
    assertThat(groups.get(0).groupState()).isEqualTo("Stable");
    assertThat(groups.get(1).groupState()).isEqualTo("Dead");
    assertThat(Errors.forCode(groups.get(1).errorCode()))
        .isEqualTo(version < 6 ? Errors.NONE : Errors.GROUP_ID_NOT_FOUND);
    if (version >= 3) {
      // As Kafka without an authorizer: READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS.
      assertThat(groups.get(0).authorizedOperations()).isEqualTo(0b1101_0100_1000);
    }
  }

  @Test
  void listsTheGroupsOfAllItsPartitions() {
    for (String group : List.of("a", "b", "c", "d")) {
      api.answer(commit, 9, commitRequest(9, 0).setGroupId(group));
    }
    for (int version = 0; version <= ApiKeys.LIST_GROUPS.latestVersion(); version++) {
      assertThat(
              api.answer(new ListGroupsHandler(api.groups), version, new ListGroupsRequestData())
                  .groups())
          .extracting(g -> g.groupId())
          .containsExactlyInAnyOrder("a", "b", "c", "d");
    }
  }

  @Test
  void deletesGroupsThatHaveNoMembers() {
    api.answer(commit, 9, commitRequest(9, 0).setGroupId("a"));
    stableMember();
    assertThat(
            api.answer(
                    new DeleteGroupsHandler(api.groups),
                    2,
                    new DeleteGroupsRequestData().setGroupsNames(List.of("a", GROUP, "other")))
                .results())
        .extracting(r -> r.groupId() + " " + Errors.forCode(r.errorCode()))
        .containsExactly("a NONE", "g NON_EMPTY_GROUP", "other GROUP_ID_NOT_FOUND");
  }
}
