/**
 * From frames to requests and from responses to buffers.
 *
 * <p>A frame is what follows the four bytes of length on a Kafka connection. The messages are
 * kafka-clients' generated ones; what is ours is that record batches are never copied on the way in
 * or out.
 */
package io.myelin.protocol;
