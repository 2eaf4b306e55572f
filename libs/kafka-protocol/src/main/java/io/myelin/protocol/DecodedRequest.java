package io.myelin.protocol;

import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * A request that has been read from its frame.
 *
 * @param header as it was sent
 * @param body its {@code version()} is the one to answer with, which for an ApiVersions request of
 *     a version from the future is 0 and not the header's
 */
public record DecodedRequest(RequestHeader header, AbstractRequest body) {}
