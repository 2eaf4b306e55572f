package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.config.BrokerConfigs;
import io.myelin.broker.config.ClientMetricsConfigs;
import io.myelin.broker.config.ConfigDefinition;
import io.myelin.broker.config.ConfigSource;
import io.myelin.broker.config.EffectiveConfig;
import io.myelin.broker.config.GroupConfigs;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse;

/** DescribeConfigs: effective settings of topics, brokers, groups, client metrics and loggers. */
public final class DescribeConfigsHandler
    implements ApiHandler<DescribeConfigsRequestData, DescribeConfigsResponseData> {
  private final MetadataPublisher metadata;
  private final BrokerConfigs broker;
  private final TopicConfigs topics;
  private final GroupConfigs groups;
  private final LogLevels logLevels;

  public DescribeConfigsHandler(
      MetadataPublisher metadata, BrokerConfigs broker, LogLevels logLevels) {
    this.metadata = metadata;
    this.broker = broker;
    this.topics = new TopicConfigs(broker);
    this.groups = new GroupConfigs(broker);
    this.logLevels = logLevels;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_CONFIGS;
  }

  @Override
  public CompletionStage<DescribeConfigsResponseData> handle(
      RequestContext context, DescribeConfigsRequestData request) {
    DescribeConfigsResponseData response = new DescribeConfigsResponseData();
    ClusterImage image = metadata.image();
    for (DescribeConfigsResource resource : request.resources()) {
      DescribeConfigsResult result = new DescribeConfigsResult();
      try {
        describe(image, request, resource, result);
      } catch (ApiException e) {
        result.setErrorCode(Errors.forException(e).code()).setErrorMessage(e.getMessage());
      }
      response
          .results()
          .add(
              result
                  .setResourceType(resource.resourceType())
                  .setResourceName(resource.resourceName()));
    }
    return CompletableFuture.completedFuture(response);
  }

  private void describe(
      ClusterImage image,
      DescribeConfigsRequestData request,
      DescribeConfigsResource resource,
      DescribeConfigsResult result) {
    String name = resource.resourceName();
    ConfigResource.Type type = ConfigResource.Type.forId(resource.resourceType());
    switch (type) {
      case TOPIC -> {
        Topic.validate(name);
        if (image.topic(name) == null) {
          result.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        } else {
          add(result, topics.describe(image, name).values(), false, request, resource);
        }
      }
      case BROKER -> {
        boolean defaults = name == null || name.isEmpty();
        Collection<EffectiveConfig> configs =
            defaults
                ? broker.describeDefaults(image).values()
                : checkedBroker(name).describe(image).values();
        add(result, configs, true, request, resource);
      }
      case GROUP -> {
        if (name == null || name.isEmpty()) {
          throw new InvalidRequestException("Group name must not be empty");
        }
        add(result, groups.describe(image, name).values(), false, request, resource);
      }
      case CLIENT_METRICS -> {
        if (name == null || name.isEmpty()) {
          throw new InvalidRequestException("Client metrics subscription name must not be empty");
        }
        add(result, ClientMetricsConfigs.describe(image, name).values(), false, request, resource);
      }
      case BROKER_LOGGER -> {
        if (name == null || name.isEmpty()) {
          throw new InvalidRequestException("Broker id must not be empty");
        }
        checkedBroker(name);
        addLoggers(result, resource.configurationKeys());
      }
      case UNKNOWN -> throw new InvalidRequestException("Unsupported resource type: " + type);
    }
  }

  private BrokerConfigs checkedBroker(String name) {
    int id;
    try {
      id = Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new InvalidRequestException("Broker id must be an integer, but it is: " + name);
    }
    if (id != broker.nodeId()) {
      throw new InvalidRequestException(
          "Unexpected broker id, expected "
              + broker.nodeId()
              + " or empty string, but received "
              + name);
    }
    return broker;
  }

  private static void add(
      DescribeConfigsResult result,
      Collection<EffectiveConfig> configs,
      boolean ofBroker,
      DescribeConfigsRequestData request,
      DescribeConfigsResource resource) {
    List<String> wanted = resource.configurationKeys();
    for (EffectiveConfig config : configs) {
      if (wanted == null || wanted.isEmpty() || wanted.contains(config.name())) {
        boolean readOnly =
            ofBroker && config.definition().update() == ConfigDefinition.Update.STATIC;
        result.configs().add(entry(config, readOnly, request));
      }
    }
  }

  private static DescribeConfigsResourceResult entry(
      EffectiveConfig config, boolean readOnly, DescribeConfigsRequestData request) {
    boolean sensitive = config.definition().sensitive();
    List<DescribeConfigsSynonym> synonyms = new ArrayList<>();
    if (request.includeSynonyms()) {
      for (EffectiveConfig.Synonym synonym : config.synonyms()) {
        synonyms.add(
            new DescribeConfigsSynonym()
                .setName(synonym.name())
                .setValue(sensitive ? null : synonym.value())
                .setSource(synonym.source().id()));
      }
    }
    return new DescribeConfigsResourceResult()
        .setName(config.name())
        .setValue(sensitive ? null : config.value())
        .setReadOnly(readOnly)
        .setConfigSource(config.source().id())
        .setIsSensitive(sensitive)
        .setSynonyms(synonyms)
        .setConfigType(type(config.definition().type()).id())
        .setDocumentation(
            request.includeDocumentation() ? config.definition().documentation() : null);
  }

  private void addLoggers(DescribeConfigsResult result, List<String> wanted) {
    new TreeMap<>(logLevels.all())
        .forEach(
            (name, level) -> {
              if (wanted == null || wanted.isEmpty() || wanted.contains(name)) {
                result
                    .configs()
                    .add(
                        new DescribeConfigsResourceResult()
                            .setName(name)
                            .setValue(level)
                            .setConfigSource(ConfigSource.BROKER_LOGGER.id()));
              }
            });
  }

  private static DescribeConfigsResponse.ConfigType type(ConfigDef.Type type) {
    return switch (type) {
      case BOOLEAN -> DescribeConfigsResponse.ConfigType.BOOLEAN;
      case STRING -> DescribeConfigsResponse.ConfigType.STRING;
      case INT -> DescribeConfigsResponse.ConfigType.INT;
      case SHORT -> DescribeConfigsResponse.ConfigType.SHORT;
      case LONG -> DescribeConfigsResponse.ConfigType.LONG;
      case DOUBLE -> DescribeConfigsResponse.ConfigType.DOUBLE;
      case LIST -> DescribeConfigsResponse.ConfigType.LIST;
      case CLASS -> DescribeConfigsResponse.ConfigType.CLASS;
      case PASSWORD -> DescribeConfigsResponse.ConfigType.PASSWORD;
    };
  }
}
