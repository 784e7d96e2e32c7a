package io.countersign.worker.runtime;

import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.Decision;
import io.countersign.activities.runtime.DecisionPoint;
import io.countersign.activities.runtime.DecisionReason;
import io.countersign.activities.runtime.Question;
import io.countersign.activities.runtime.RuleBook;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.worker.runtime.AuthzenReader.Asked;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one servlet of AuthZEN Authorization API 1.0. A body is read only from a caller whose token
 * was verified. Every refusal is a status and one sentence; every decision is a 200.
 */
final class DecisionDoor extends HttpServlet {
  static final String TEXT = "text/plain;charset=UTF-8";
  static final String CONFIGURATION = "/.well-known/authzen-configuration";
  static final String HEALTH = "/health";
  static final String READY = "/ready";
  static final int MOST_BYTES = 64 * 1024;

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(DecisionDoor.class);
  private static final String JSON = "application/json";
  private static final String REQUEST_ID = "X-Request-ID";
  private static final Pattern ID = Pattern.compile("[ -~]{1,200}");
  private static final String SCHEME = "bearer ";
  private static final Duration BODY_TIME = Duration.ofSeconds(2);
  private static final Duration LOG_PAUSE = Duration.ofSeconds(1);

  private final transient RuleBook rules;
  private final transient DecisionPoint point;
  private final transient LiveDecisions live;
  private final transient Clock clock;
  private final transient Turnstile turnstile;
  private final transient byte[] configuration;
  private final transient BooleanSupplier crowded;
  private final transient AtomicLong logged =
      new AtomicLong(System.nanoTime() - LOG_PAUSE.toNanos() - 1);

  DecisionDoor(
      RuleBook rules,
      DecisionPoint point,
      LiveDecisions live,
      Turnstile turnstile,
      String url,
      BooleanSupplier crowded,
      Clock clock) {
    this.rules = rules;
    this.point = point;
    this.live = live;
    this.turnstile = turnstile;
    this.configuration = AuthzenWriter.configuration(url);
    this.crowded = crowded;
    this.clock = clock;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // Whoever proves to be a workload takes it back.
    response.setHeader("Connection", "close");
    try {
      String id = onlyHeader(request, REQUEST_ID);
      if (id != null && !ID.matcher(id).matches()) {
        throw new BadRequestException(REQUEST_ID + ": allowed are 1 to 200 printable characters");
      }
      if (id != null) {
        response.setHeader(REQUEST_ID, id);
      }
      answer(request, response);
    } catch (BadRequestException bad) {
      refuse(response, bad.status(), "WRONG_REQUEST: " + bad.sentence());
    } catch (GateException failure) {
      refuse(response, failure);
    } catch (RuntimeException | Error defect) {
      LOG.error("A request failed", defect);
      refuse(
          response,
          HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
          "INTERNAL: the log of this node has the detail");
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response)
      throws IOException, BadRequestException {
    switch (request.getRequestURI()) {
      case HEALTH -> {
        requireMethod(request, response, "GET");
        send(response, 200, TEXT, utf8("up"));
      }
      case READY -> {
        requireMethod(request, response, "GET");
        boolean ready = live.view().sight() == Sight.FRESH && rules.page().isPresent();
        send(response, ready ? 200 : 503, TEXT, utf8(ready ? "ready" : "not ready"));
      }
      case CONFIGURATION -> {
        requireMethod(request, response, "GET");
        send(response, 200, JSON, configuration);
      }
      case AuthzenWriter.EVALUATION, AuthzenWriter.EVALUATIONS -> decide(request, response);
      default -> throw new BadRequestException(404, "there is nothing at this address");
    }
  }

  private void decide(HttpServletRequest request, HttpServletResponse response)
      throws IOException, BadRequestException {
    requireMethod(request, response, "POST");
    Caller caller = caller(request);
    if (!crowded.getAsBoolean()) {
      response.setHeader("Connection", null);
    }
    requireJson(request);
    boolean many = request.getRequestURI().equals(AuthzenWriter.EVALUATIONS);
    if (!turnstile.enter(caller.workload())) {
      Decision denied = point.refuse(DecisionReason.OVERLOADED, null);
      if (many) {
        throw new BadRequestException(429, denied.reason().sentence());
      }
      send(response, 200, JSON, AuthzenWriter.one(denied));
      return;
    }
    try {
      byte[] body = body(request);
      Asked asked = many ? AuthzenReader.many(body) : AuthzenReader.one(body);
      List<Decision> decisions = decisions(caller, asked);
      send(
          response,
          200,
          JSON,
          asked.many() ? AuthzenWriter.many(decisions) : AuthzenWriter.one(decisions.get(0)));
    } finally {
      turnstile.leave(caller.workload());
    }
  }

  private List<Decision> decisions(Caller caller, Asked asked) {
    List<Decision> decisions = new ArrayList<>(asked.questions().size());
    for (Question question : asked.questions()) {
      Decision decision = point.decide(caller, question);
      decisions.add(decision);
      boolean enough =
          switch (asked.semantic()) {
            case EXECUTE_ALL -> false;
            case DENY_ON_FIRST_DENY -> !decision.allowed();
            case PERMIT_ON_FIRST_PERMIT -> decision.allowed();
          };
      if (enough) {
        break;
      }
    }
    return decisions;
  }

  private Caller caller(HttpServletRequest request) throws BadRequestException {
    String header = onlyHeader(request, "Authorization");
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new GateException(FailureType.BAD_TOKEN, "workload token: there is none");
    }
    RuleBook.Page page =
        rules
            .page()
            .orElseThrow(
                () -> new GateException(FailureType.RULES_UNUSABLE, "they cannot be read"));
    return page.tokens().verify(header.substring(SCHEME.length()).strip(), clock.instant());
  }

  private static @Nullable String onlyHeader(HttpServletRequest request, String name)
      throws BadRequestException {
    List<String> all = Collections.list(request.getHeaders(name));
    if (all.size() > 1) {
      throw new BadRequestException(name + ": allowed is one header");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  private static void requireMethod(
      HttpServletRequest request, HttpServletResponse response, String method)
      throws BadRequestException {
    if (!request.getMethod().equals(method)) {
      response.setHeader("Allow", method);
      throw new BadRequestException(405, "allowed is " + method);
    }
  }

  private static void requireJson(HttpServletRequest request) throws BadRequestException {
    String type = request.getContentType();
    String bare = type == null ? "" : type.replace(" ", "").toLowerCase(Locale.ROOT);
    // Another charset would be heeded by one reader on the way and not by the next.
    if (!(bare.equals(JSON) || bare.equals(JSON + ";charset=utf-8"))
        || request.getHeader("Content-Encoding") != null) {
      throw new BadRequestException(415, "Content-Type: allowed is application/json, as it is");
    }
    if (request.getContentLengthLong() > MOST_BYTES) {
      throw tooLarge();
    }
  }

  /** Where nothing comes at all, the server itself gives up, with 400. */
  private static byte[] body(HttpServletRequest request) throws IOException, BadRequestException {
    long end = System.nanoTime() + BODY_TIME.toNanos();
    ServletInputStream stream = request.getInputStream();
    long declared = request.getContentLengthLong();
    byte[] bytes = new byte[declared > 0 ? (int) declared : 1_024];
    int length = 0;
    while (true) {
      if (length == bytes.length) {
        int next = stream.read();
        if (next < 0) {
          return bytes;
        }
        if (length >= MOST_BYTES) {
          throw tooLarge();
        }
        bytes = Arrays.copyOf(bytes, Math.min(MOST_BYTES, length * 2));
        bytes[length++] = (byte) next;
      }
      int read = stream.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return Arrays.copyOf(bytes, length);
      }
      length += read;
      if (System.nanoTime() - end > 0) {
        throw new BadRequestException(HttpServletResponse.SC_REQUEST_TIMEOUT, slow());
      }
    }
  }

  private static BadRequestException tooLarge() {
    return new BadRequestException(413, "the body: allowed are " + MOST_BYTES + " bytes");
  }

  private static String slow() {
    return "the body: allowed are " + BODY_TIME.toSeconds() + " seconds to send it";
  }

  /** Whoever proves no identity learns nothing about why; the log of this node says it. */
  private void refuse(HttpServletResponse response, GateException failure) throws IOException {
    long now = System.nanoTime();
    long last = logged.get();
    if (now - last > LOG_PAUSE.toNanos() && logged.compareAndSet(last, now)) {
      LOG.warn("A caller was refused: {}", failure.getMessage());
    }
    if (failure.type() == FailureType.BAD_TOKEN) {
      response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      refuse(
          response,
          HttpServletResponse.SC_UNAUTHORIZED,
          "BAD_TOKEN: the token is not one of a workload for decisions");
    } else {
      refuse(
          response,
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          failure.type().name() + ": nobody can be told from anybody else now");
    }
  }

  private static void refuse(HttpServletResponse response, int status, String sentence)
      throws IOException {
    if (response.isCommitted()) {
      throw new IOException("the answer broke off");
    }
    response.resetBuffer();
    send(response, status, TEXT, utf8(sentence));
  }

  private static void send(HttpServletResponse response, int status, String type, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
