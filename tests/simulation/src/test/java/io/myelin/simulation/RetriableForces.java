package io.myelin.simulation;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import java.io.IOException;

/**
 * A planted bug: says of a force without room what is true of a write: nothing is lost, try again
 * when there is room. What was not forced is gone, and the next force succeeds.
 */
final class RetriableForces extends ForwardingDisk {
  RetriableForces(Disk disk) {
    super(disk);
  }

  @Override
  protected void force(DiskFile file) throws IOException {
    try {
      file.force();
    } catch (IOException e) {
      throw String.valueOf(e.getMessage()).contains("no space left")
          ? new DiskFullException(e.getMessage(), e)
          : e;
    }
  }
}
