package io.myelin.broker.net;

import io.myelin.broker.api.FileSlices;
import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/**
 * Sends a slice of a segment without copying it.
 *
 * <p>A {@link DefaultFileRegion}, because Netty's epoll transport calls sendfile for that class
 * only; but one that leaves the file open, since the segment's owner and other regions use it too.
 */
final class SliceRegion extends DefaultFileRegion {
  private final FileSlices slices;

  SliceRegion(FileChannel channel, FileSlices slices) {
    super(channel, slices.slice().position(), slices.slice().length());
    this.slices = slices;
  }

  @Override
  protected void deallocate() {
    slices.release();
  }
}
