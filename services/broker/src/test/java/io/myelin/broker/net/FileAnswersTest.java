package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.FileSlices;
import io.myelin.log.FileSlice;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that leave from files, whose slices are given back whatever happens. */
class FileAnswersTest extends ConnectionFixture {
  @Test
  void recordsOfFilesLeaveAndAreReleased(@TempDir Path directory) throws Exception {
    byte[] content = "0123456789".repeat(100).getBytes("US-ASCII");
    for (boolean zeroCopy : new boolean[] {true, false}) {
      try (TestingSlices slices = new TestingSlices(directory.resolve("f"), content, zeroCopy)) {
        client.send(askFetch(), 1);
        fetch.calls.getLast().answer().complete(fetched(slices.slice(5, 100)));
        ByteBuffer out = ByteBuffer.wrap(client.received());
        var response = (FetchResponse) TestingClient.response(out, ApiKeys.FETCH, FETCH, 1);
        var records = response.data().responses().getFirst().partitions().getFirst().records();
        assertThat(records.sizeInBytes()).isEqualTo(100);
        slices.awaitReleased(1);
      }
    }
  }

  @Test
  void slicesOfAnswersThatNobodyWaitsForAreReleased(@TempDir Path directory) throws Exception {
    try (TestingSlices slices = new TestingSlices(directory.resolve("f"), new byte[100])) {
      client.stopReading();
      client.send(askFetch(), 1);
      fetch.call(0).answer().complete(fetched(slices.slice(0, 10)));
      client.send(askMetadata(), 2);
      client.send(askFetch(), 3);
      fetch.call(1).answer().complete(fetched(slices.slice(10, 10)));
      client.send(askFetch(), 4);

      client.channel.close();
      fetch.call(2).answer().complete(fetched(slices.slice(20, 10)));
      slices.awaitReleased(3);
    }
  }

  @Test
  void anAnswerThatCannotBeEncodedEndsTheConnectionAndReleasesItsSlices(@TempDir Path directory)
      throws Exception {
    try (TestingSlices slices = new TestingSlices(directory.resolve("f"), new byte[10], false)) {
      client.send(askFetch(), 1);
      fetch.call(0).answer().complete(fetched(slices.slice(5, 100)));
      assertThat(client.received()).isEmpty();
      assertThat(client.channel.isOpen()).isFalse();
      slices.awaitReleased(1);
    }
  }

  private static FetchResponseData fetched(FileSlice slice) {
    FetchResponseData data = new FetchResponseData();
    data.responses()
        .add(
            new FetchResponseData.FetchableTopicResponse()
                .setTopic("t")
                .setPartitions(
                    List.of(
                        new FetchResponseData.PartitionData().setRecords(new FileSlices(slice)))));
    return data;
  }
}
