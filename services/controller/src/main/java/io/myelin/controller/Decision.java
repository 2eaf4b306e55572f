package io.myelin.controller;

import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.RecordChange;
import java.util.List;

/**
 * What the controller makes of a request: records to write, and the answer to give once they are
 * durable. Refusals write nothing.
 */
record Decision<T>(List<RecordChange> records, T answer) {

  static <T> Decision<Result<T>> ok(List<RecordChange> records, T value) {
    return new Decision<>(records, new Result.Ok<>(value));
  }

  static <T> Decision<Result<T>> refuse(Refusal refusal, String message) {
    return new Decision<>(List.of(), new Result.Refused<>(refusal, message));
  }

  Decision<T> withoutWriting() {
    return new Decision<>(List.of(), answer);
  }
}
