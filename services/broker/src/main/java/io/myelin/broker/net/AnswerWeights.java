package io.myelin.broker.net;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/**
 * What an answer weighs in the channel that it waits in. Netty's own weights take a file region for
 * nothing: then a channel looks empty, however much of a file its client does not read.
 */
final class AnswerWeights implements MessageSizeEstimator {
  private final Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();

  @Override
  public Handle newHandle() {
    return part ->
        part instanceof FileRegion region
            ? Math.toIntExact(region.count()) // a slice of one segment
            : others.size(part);
  }
}
