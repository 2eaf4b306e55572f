package io.myelin.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Reads requests from frames. Thread-safe, never blocks.
 *
 * <p>Guarantee: whatever a frame holds, the request takes no more of the heap than an eighth of
 * what the JVM has; a frame that would is refused while it is read.
 *
 * <p>Ownership: the caller keeps the frame. Records (and the few other fields that the schemas mark
 * as zero-copy) of the decoded request are views of the frame's memory: they are valid until the
 * caller releases the frame, and not an instant longer. Everything else (strings, ids, byte arrays)
 * is a copy on the heap.
 */
public final class RequestDecoder {
  private static final int KEY_AND_VERSION_BYTES = 4;

  /** A commit or a fetch of 100,000 partitions has room in an eighth of a heap of 256 MB. */
  private static final int HEAP_PARTS = 8;

  private final ServedVersions served;
  private final long heapBytesMax;

  public RequestDecoder(ServedVersions served) {
    this(served, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  RequestDecoder(ServedVersions served, long heapBytesMax) {
    this.served = served;
    this.heapBytesMax = heapBytesMax;
  }

  /**
   * Decodes the readable bytes of {@code frame}, whose indexes do not move.
   *
   * @param frame contiguous memory, without the four bytes of length
   * @throws BadRequestException if it is not a request, or one that is not served
   */
  public DecodedRequest decode(ByteBuf frame) throws BadRequestException {
    ByteBuffer bytes = frame.nioBuffer();
    BoundedReadable fields = new BoundedReadable(bytes, heapBytesMax);
    RequestHeader header = header(bytes, fields);
    return new DecodedRequest(header, body(header, fields));
  }

  /**
   * @param fields of {@code bytes}
   */
  private RequestHeader header(ByteBuffer bytes, BoundedReadable fields)
      throws BadRequestException {
    if (bytes.remaining() < KEY_AND_VERSION_BYTES) {
      throw new BadRequestException("a frame of " + bytes.remaining() + " bytes");
    }
    short keyId = bytes.getShort(bytes.position());
    short version = bytes.getShort(bytes.position() + Short.BYTES);
    if (!ApiKeys.hasId(keyId)) {
      throw new BadRequestException("unknown API key " + keyId + " (version " + version + ")");
    }
    ApiKeys key = ApiKeys.forId(keyId);
    // A client may ask for ApiVersions in a version from the future: it cannot know better yet.
    if (!served.serves(key, version) && !(key == ApiKeys.API_VERSIONS && version >= 0)) {
      throw new BadRequestException(key + " version " + version + " is not served");
    }
    try {
      // As RequestHeader.parse does it, which has no bound.
      short headerVersion = key.requestHeaderVersion(version);
      RequestHeaderData header = new RequestHeaderData(fields, headerVersion);
      if (header.clientId() == null) {
        header.setClientId("");
      }
      return new RequestHeader(header, headerVersion);
    } catch (RuntimeException e) {
      throw new BadRequestException(
          "malformed header of " + key + " version " + version + ": " + e, e);
    }
  }

  private AbstractRequest body(RequestHeader header, BoundedReadable fields)
      throws BadRequestException {
    short version = header.apiVersion();
    if (!served.serves(header.apiKey(), version)) {
      return new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0, version);
    }
    try {
      return AbstractRequest.parseRequest(header.apiKey(), version, fields).request;
    } catch (RuntimeException e) {
      throw new BadRequestException(
          "malformed body of " + header.apiKey() + " version " + version + ": " + e, e);
    }
  }
}
