package io.myelin.standalone.app;

import io.myelin.broker.api.admin.LogLevels;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Log levels while it runs. {@code GET /loggers/NAME} tells a logger's level; {@code PUT
 * /loggers/NAME} with {@code DEBUG} as its body sets it; {@code DELETE} gives it its parent's
 * again. {@code root} names the root. A change lasts until the process ends.
 */
@Singleton
final class LoggersResource {
  private static final int BODY_BYTES_MAX = 64;

  private final JbossLogLevels levels;

  @Inject
  LoggersResource(JbossLogLevels levels) {
    this.levels = levels;
  }

  void register(@Observes Router router) {
    router.get("/loggers/:name").handler(this::answer);
    router
        .put("/loggers/:name")
        .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
        .handler(this::put);
    router.delete("/loggers/:name").handler(this::delete);
  }

  private void put(RoutingContext context) {
    String level = String.valueOf(context.body().asString()).strip().toUpperCase(Locale.ROOT);
    if (!JbossLogLevels.LEVELS.contains(level)) {
      refuse(
          context,
          "'" + level + "' is no level; use one of " + String.join(", ", JbossLogLevels.LEVELS));
      return;
    }
    String logger = context.pathParam("name");
    if (!levels.accepts(logger)) {
      refuse(context, "'" + logger + "' is no logger's name; use one such as io.myelin, or root");
      return;
    }
    levels.set(logger, level);
    answer(context);
  }

  private void delete(RoutingContext context) {
    String logger = context.pathParam("name");
    if (logger.equals(LogLevels.ROOT)) {
      levels.set(logger, "INFO");
    } else {
      levels.reset(logger);
    }
    answer(context);
  }

  private static void refuse(RoutingContext context, String why) {
    context.response().setStatusCode(400).end(why + "\n");
  }

  private void answer(RoutingContext context) {
    String logger = context.pathParam("name");
    context
        .response()
        .putHeader("content-type", "application/json")
        .end(
            new JsonObject()
                .put("logger", logger)
                .put("level", levels.level(logger))
                .put("inherited", levels.inherits(logger))
                .encode());
  }
}
