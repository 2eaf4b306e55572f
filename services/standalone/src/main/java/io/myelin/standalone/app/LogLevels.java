package io.myelin.standalone.app;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.LogContext;

/**
 * Log levels while it runs. {@code GET /loggers/NAME} tells a logger's level; {@code PUT
 * /loggers/NAME} with {@code DEBUG} as its body sets it; {@code DELETE} gives it its parent's
 * again. {@code root} names the root. A change lasts until the process ends.
 */
@Singleton
final class LogLevels {
  private static final String ROOT = "root";
  private static final int BODY_BYTES_MAX = 64;

  /** A logger that nobody refers to is forgotten together with its level; these must not be. */
  private final Map<String, Logger> changed = new ConcurrentHashMap<>();

  void register(@Observes Router router) {
    router.get("/loggers/:name").handler(this::get);
    router
        .put("/loggers/:name")
        .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
        .handler(this::put);
    router.delete("/loggers/:name").handler(this::delete);
  }

  private void get(RoutingContext context) {
    answer(context, logger(context));
  }

  private void put(RoutingContext context) {
    String text = String.valueOf(context.body().asString()).strip();
    Level level = level(text);
    if (level == null) {
      context
          .response()
          .setStatusCode(400)
          .end("'" + text + "' is no level; use OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL\n");
      return;
    }
    Logger logger = logger(context);
    logger.setLevel(level);
    changed.put(logger.getName(), logger);
    answer(context, logger);
  }

  private void delete(RoutingContext context) {
    Logger logger = changed.remove(logger(context).getName());
    if (logger != null) {
      logger.setLevel(logger.getName().isEmpty() ? Level.INFO : null);
    }
    answer(context, logger(context));
  }

  private static Level level(String name) {
    try {
      return LogContext.getLogContext().getLevelForName(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Logger logger(RoutingContext context) {
    String name = context.pathParam("name");
    return LogContext.getLogContext().getLogger(name.equals(ROOT) ? "" : name);
  }

  private static void answer(RoutingContext context, Logger logger) {
    Logger owner = logger;
    while (owner.getLevel() == null && owner.getParent() != null) {
      owner = owner.getParent();
    }
    context
        .response()
        .putHeader("content-type", "application/json")
        .end(
            new JsonObject()
                .put("logger", logger.getName().isEmpty() ? ROOT : logger.getName())
                .put("level", owner.getLevel().getName())
                .put("inherited", owner != logger)
                .encode());
  }
}
