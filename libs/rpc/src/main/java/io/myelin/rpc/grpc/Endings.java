package io.myelin.rpc.grpc;

import io.grpc.Status;
import io.myelin.rpc.Ending;
import io.myelin.rpc.Ending.Kind;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Between gRPC's status and ours. Stateless. */
final class Endings {
  private Endings() {}

  /** What the peer is told. */
  static Status status(Ending ending) {
    Status status =
        switch (ending.kind()) {
          case COMPLETED -> Status.OK;
          case CANCELLED -> Status.CANCELLED;
          case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
          case REFUSED, UNREACHABLE, LOST -> Status.UNAVAILABLE;
          // gRPC itself never says ABORTED.
          case CLOSING -> Status.ABORTED;
          case TOO_LARGE, OVERLOADED -> Status.RESOURCE_EXHAUSTED;
          case UNSUPPORTED -> Status.UNIMPLEMENTED;
          case FAILED -> Status.UNKNOWN;
        };
    return status.withDescription(ending.detail());
  }

  static Ending of(Status status) {
    Kind kind =
        switch (status.getCode()) {
          case OK -> Kind.COMPLETED;
          case CANCELLED -> Kind.CANCELLED;
          case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
          case UNAVAILABLE -> connection(status.getCause());
          case ABORTED -> Kind.CLOSING;
          case RESOURCE_EXHAUSTED -> Kind.TOO_LARGE;
          case UNIMPLEMENTED -> Kind.UNSUPPORTED;
          case UNKNOWN,
              INTERNAL,
              INVALID_ARGUMENT,
              NOT_FOUND,
              ALREADY_EXISTS,
              PERMISSION_DENIED,
              FAILED_PRECONDITION,
              OUT_OF_RANGE,
              DATA_LOSS,
              UNAUTHENTICATED ->
              Kind.FAILED;
        };
    return new Ending(kind, kind == Kind.COMPLETED ? "" : detail(status));
  }

  /** A dial that failed has its exception as the cause; a connection that was there has not. */
  private static Kind connection(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConnectException) {
        // A dial that timed out is the same type, or one below it.
        String message = e.getMessage();
        return message != null && message.contains("refused") ? Kind.REFUSED : Kind.UNREACHABLE;
      }
      if (e instanceof NoRouteToHostException
          || e instanceof UnknownHostException
          || e instanceof UnresolvedAddressException
          || e instanceof SocketException s && "Network is unreachable".equals(s.getMessage())) {
        return Kind.UNREACHABLE;
      }
    }
    return Kind.LOST;
  }

  private static String detail(Status status) {
    StringBuilder detail = new StringBuilder();
    if (status.getDescription() != null) {
      detail.append(status.getDescription());
    }
    if (status.getCause() != null) {
      detail.append(detail.isEmpty() ? "" : ": ").append(status.getCause());
    }
    return detail.toString();
  }
}
