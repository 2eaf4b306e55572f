/**
 * The broker's meters, on Micrometer, under Kafka's names. {@link
 * io.myelin.broker.meters.KafkaMeter} is the table of all of them; {@link
 * io.myelin.broker.meters.RequestMeters} is told of requests, the others look at what the parts
 * publish when somebody asks. {@link io.myelin.broker.meters.ControllerMeters} are those of a
 * process in which a controller runs.
 */
package io.myelin.broker.meters;
