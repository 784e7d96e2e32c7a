package io.countersign.worker.api;

import io.countersign.failure.FailureType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * What the server itself refuses, in the form of every other error: no page of Tomcat's, no
 * version, no stack trace.
 */
public final class PlainErrors extends ErrorReportValve {
  private static final int FIRST_ERROR = 400;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < FIRST_ERROR || response.getContentWritten() > 0) {
      return;
    }
    FailureType type = status < 500 ? FailureType.WRONG_REQUEST : FailureType.INTERNAL;
    try {
      response.setContentType(Answer.JSON);
      response.setHeader("Cache-Control", "no-store");
      response
          .getOutputStream()
          .write(Door.error(type, type.sentence()).getBytes(StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, e);
    }
  }
}
