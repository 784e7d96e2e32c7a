package io.countersign.bench;

import io.countersign.worker.api.ApiSettings;
import io.countersign.worker.api.HttpListener;
import io.countersign.worker.runtime.DecisionServer;
import io.countersign.worker.runtime.TextErrors;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.startup.Tomcat;

/**
 * The decision point's server with nothing behind it: reads the request and answers bytes that are
 * always the same. A process of its own, as the decision point is.
 */
public final class BareEndpoint {
  private BareEndpoint() {}

  /** Answers at this address with this body until it is stopped. */
  public static void main(String[] arguments) throws InterruptedException {
    HttpListener listener =
        HttpListener.bind(
            ApiSettings.of(arguments[0], null, null, null),
            DecisionServer.BOUNDS,
            TextErrors.class);
    byte[] body = arguments[1].getBytes(StandardCharsets.UTF_8);
    Tomcat.addServlet(listener.context(), "bare", new Fixed(body)).addMapping("/");
    listener.start();
    System.out.println("Answering at " + listener.url());
    new CountDownLatch(1).await();
  }

  private static final class Fixed extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final byte[] body;

    Fixed(byte[] body) {
      this.body = body;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      request.getInputStream().readAllBytes();
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setContentType("application/json");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }
}
