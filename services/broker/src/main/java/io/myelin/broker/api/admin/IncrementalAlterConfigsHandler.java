package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.config.BrokerConfigs;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiError;

/**
 * IncrementalAlterConfigs: sets, deletes, appends and subtracts; the other settings stay. Log
 * levels are this process's own and take effect at once.
 */
public final class IncrementalAlterConfigsHandler
    implements ApiHandler<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
  private final ConfigResources resources;
  private final ConfigAlteration alteration;
  private final LoggerAlteration loggers;

  public IncrementalAlterConfigsHandler(
      MetadataPublisher metadata,
      Controller controller,
      BrokerConfigs broker,
      LogLevels logLevels) {
    this.resources = new ConfigResources(broker);
    this.alteration = new ConfigAlteration(metadata, controller, resources);
    this.loggers = new LoggerAlteration(logLevels);
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.INCREMENTAL_ALTER_CONFIGS;
  }

  @Override
  public CompletionStage<IncrementalAlterConfigsResponseData> handle(
      RequestContext context, IncrementalAlterConfigsRequestData request) {
    List<AlterConfigsResource> asked = new ArrayList<>(request.resources());
    return alteration
        .alter(
            asked.stream().map(IncrementalAlterConfigsHandler::requested).toList(),
            request.validateOnly(),
            index -> alterLoggers(asked.get(index), request.validateOnly()),
            (index, present) ->
                resources.apply(present.key(), present.settings(), operations(asked.get(index))))
        .thenApply(
            errors -> {
              IncrementalAlterConfigsResponseData response =
                  new IncrementalAlterConfigsResponseData();
              for (int i = 0; i < errors.size(); i++) {
                response.responses().add(response(asked.get(i), errors.get(i)));
              }
              return response;
            });
  }

  private boolean alterLoggers(AlterConfigsResource resource, boolean validateOnly) {
    if (resource.resourceType() != ConfigResource.Type.BROKER_LOGGER.id()) {
      return false;
    }
    resources.checkThisBroker(resource.resourceName());
    loggers.alter(operations(resource), validateOnly);
    return true;
  }

  private static ConfigAlteration.Requested requested(AlterConfigsResource resource) {
    return new ConfigAlteration.Requested(
        resource.resourceType(),
        resource.resourceName(),
        resource.configs().stream().map(AlterableConfig::name).toList(),
        resource.configs().stream()
            .filter(c -> c.value() == null && c.configOperation() != OpType.DELETE.id())
            .map(AlterableConfig::name)
            .toList());
  }

  private static List<ConfigResources.Operation> operations(AlterConfigsResource resource) {
    List<ConfigResources.Operation> operations = new ArrayList<>();
    for (AlterableConfig config : resource.configs()) {
      OpType type = OpType.forId(config.configOperation());
      if (type == null) {
        throw new InvalidRequestException("Unknown operations type " + config.configOperation());
      }
      operations.add(new ConfigResources.Operation(config.name(), type, config.value()));
    }
    return operations;
  }

  private static AlterConfigsResourceResponse response(
      AlterConfigsResource resource, ApiError error) {
    return new AlterConfigsResourceResponse()
        .setResourceType(resource.resourceType())
        .setResourceName(resource.resourceName())
        .setErrorCode(error.error().code())
        .setErrorMessage(error.message());
  }
}
