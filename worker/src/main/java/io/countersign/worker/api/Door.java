package io.countersign.worker.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one servlet: health for whoever asks, pages for those whom the doorkeeper lets in. Every
 * error is JSON with a name of the catalogue.
 */
final class Door extends HttpServlet {
  static final String HEALTH = "/health";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final transient Doorkeeper doorkeeper;
  private final transient List<Page> pages;

  Door(Doorkeeper doorkeeper, List<Page> pages) {
    this.doorkeeper = doorkeeper;
    this.pages = List.copyOf(pages);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if (request.getRequestURI().equals(HEALTH)) {
        send(response, HttpServletResponse.SC_OK, "{\"status\":\"up\"}");
        return;
      }
      send(response, answer(request));
    } catch (GateException refusal) {
      refuse(response, refusal.type(), detail(refusal), refusal);
    } catch (RuntimeException defect) {
      LOG.error("A request failed", defect);
      refuse(response, FailureType.INTERNAL, FailureType.INTERNAL.sentence(), defect);
    }
  }

  private Answer answer(HttpServletRequest request) {
    Target target = Target.of(request.getRequestURI(), request.getQueryString());
    String reader = doorkeeper.admit(onlyAuthorization(request), request.getMethod(), target);
    LOG.info("{} reads {}", reader, target.whole());
    return pages.stream()
        .map(page -> page.answer(target))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> Target.refused("there is no page of this address"));
  }

  private static @Nullable String onlyAuthorization(HttpServletRequest request) {
    List<String> all = Collections.list(request.getHeaders("Authorization"));
    if (all.size() > 1) {
      throw new GateException(FailureType.UNREADABLE, "Authorization: allowed is one header");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  private static void send(HttpServletResponse response, Answer answer) throws IOException {
    headers(response);
    response.setContentType(answer.mediaType());
    answer.body().write(response.getOutputStream());
  }

  /** Answers a refusal of the catalogue; headers that were set stay. */
  static void refuse(HttpServletResponse response, GateException refusal) throws IOException {
    int status = StatusCode.of(refusal.type());
    if (status == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    send(response, status, error(refusal.type(), detail(refusal)));
  }

  private static void refuse(
      HttpServletResponse response, FailureType type, String detail, RuntimeException cause)
      throws IOException {
    if (response.isCommitted()) {
      LOG.error("An answer broke off", cause);
      // Tomcat then ends the connection without the mark of a whole answer.
      throw new IOException("the answer broke off");
    }
    response.reset();
    int status = StatusCode.of(type);
    if (status == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader("WWW-Authenticate", "Countersign");
    }
    send(response, status, error(type, detail));
  }

  private static void send(HttpServletResponse response, int status, String json)
      throws IOException {
    headers(response);
    response.setStatus(status);
    response.setContentType(Answer.JSON);
    response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
  }

  static void headers(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'");
  }

  static String error(FailureType type, String detail) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type.name())
        .put("detail", detail)
        .toString();
  }

  private static String detail(GateException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return message.substring(Math.min(message.length(), refusal.type().name().length() + 2));
  }
}
