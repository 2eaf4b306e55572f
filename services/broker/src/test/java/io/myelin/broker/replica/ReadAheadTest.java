package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.rpc.RpcStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private static final int USUAL = FollowerPush.BYTES_MAX;

  private final Asked asked = new Asked();
  private final ReadAhead readAhead = new ReadAhead(asked);

  /** Counts what it is asked for. */
  private static final class Asked implements RpcStream<String> {
    int messages;

    @Override
    public void request(int more) {
      messages += more;
    }

    @Override
    public boolean send(String message) {
      return false;
    }

    @Override
    public boolean isReady() {
      return false;
    }

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void finish() {}

    @Override
    public void cancel(String reason) {}

    @Override
    public void fail(Throwable cause) {}
  }

  @Test
  void asksForOneMessageAfterTheOtherUntilFourWait() {
    readAhead.begin();
    List<Runnable> handled = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      assertThat(asked.messages).isEqualTo(i);
      handled.add(readAhead.came(i % 2 == 0 ? USUAL : 10));
    }
    assertThat(asked.messages).isEqualTo(4);

    handled.removeFirst().run();
    assertThat(asked.messages).isEqualTo(5);
    handled.removeFirst().run();
    assertThat(asked.messages).as("one is on its way").isEqualTo(5);
    readAhead.came(10);
    assertThat(asked.messages).isEqualTo(6);
  }

  @Test
  void asksForNothingWhileAMessageWaitsThatIsLargerThanUsual() {
    readAhead.begin();
    Runnable small = readAhead.came(10);
    Runnable large = readAhead.came(20 << 20);
    small.run();
    assertThat(asked.messages).isEqualTo(2);

    large.run();
    assertThat(asked.messages).isEqualTo(3);
  }
}
