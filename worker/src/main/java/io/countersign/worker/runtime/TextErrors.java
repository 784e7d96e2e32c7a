package io.countersign.worker.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/** What the server itself refuses, as a sentence: no page, no version, no stack trace. */
public final class TextErrors extends ErrorReportValve {
  private static final int FIRST_ERROR = 400;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < FIRST_ERROR || response.getContentWritten() > 0) {
      return;
    }
    try {
      response.setContentType(DecisionDoor.TEXT);
      response.setHeader("Cache-Control", "no-store");
      response
          .getOutputStream()
          .write(
              (status < 500
                      ? "WRONG_REQUEST: the request is none that this interface reads"
                      : "INTERNAL: the log of this node has the detail")
                  .getBytes(StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, e);
    }
  }
}
