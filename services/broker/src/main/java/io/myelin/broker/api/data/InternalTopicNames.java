package io.myelin.broker.api.data;

import java.util.Set;

/** Topics that belong to the broker: clients read them, but do not write to them. */
public final class InternalTopicNames {
  public static final String CONSUMER_OFFSETS = "__consumer_offsets";
  public static final String TRANSACTION_STATE = "__transaction_state";
  public static final String SHARE_GROUP_STATE = "__share_group_state";

  private static final Set<String> ALL =
      Set.of(CONSUMER_OFFSETS, TRANSACTION_STATE, SHARE_GROUP_STATE);

  private InternalTopicNames() {}

  public static boolean isInternal(String topic) {
    return ALL.contains(topic);
  }
}
