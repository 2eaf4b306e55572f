package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeCluster: cluster id, controller and brokers. */
public final class DescribeClusterHandler
    implements ApiHandler<DescribeClusterRequestData, DescribeClusterResponseData> {
  private static final byte BROKERS = 1;
  private static final byte CONTROLLERS = 2;

  private final int brokerId;
  private final MetadataPublisher metadata;

  public DescribeClusterHandler(int brokerId, MetadataPublisher metadata) {
    this.brokerId = brokerId;
    this.metadata = metadata;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_CLUSTER;
  }

  @Override
  public CompletionStage<DescribeClusterResponseData> handle(
      RequestContext context, DescribeClusterRequestData request) {
    DescribeClusterResponseData response = new DescribeClusterResponseData();
    if (request.endpointType() != BROKERS) {
      boolean known = request.endpointType() == CONTROLLERS;
      return CompletableFuture.completedFuture(
          response
              .setErrorCode(
                  (known ? Errors.MISMATCHED_ENDPOINT_TYPE : Errors.UNSUPPORTED_ENDPOINT_TYPE)
                      .code())
              .setErrorMessage(
                  known
                      ? "The request was sent to an endpoint of type BROKER, but we wanted an"
                          + " endpoint of type CONTROLLER"
                      : "Unsupported endpoint type " + request.endpointType()));
    }
    ClusterImage image = metadata.image();
    response
        .setClusterId(image.clusterId())
        .setControllerId(new PartitionStates(image, context.listener()).administrator(brokerId))
        .setEndpointType(BROKERS);
    for (BrokerImage broker : image.brokers().values()) {
      BrokerImage.Endpoint at = broker.listeners().get(context.listener());
      if (at != null && (!broker.fenced() || request.includeFencedBrokers())) {
        response
            .brokers()
            .add(
                new DescribeClusterBroker()
                    .setBrokerId(broker.id())
                    .setHost(at.host())
                    .setPort(at.port())
                    .setRack(broker.rack().orElse(null))
                    .setIsFenced(broker.fenced()));
      }
    }
    if (request.includeClusterAuthorizedOperations()) {
      response.setClusterAuthorizedOperations(Operations.ON_CLUSTER);
    }
    return CompletableFuture.completedFuture(response);
  }
}
