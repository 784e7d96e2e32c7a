package io.countersign.worker.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.temporal.api.common.v1.Payloads;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The codec endpoint: shows payloads in the clear to whoever has a pass, for the Temporal UI and
 * the {@code temporal} command. Speaks Temporal's remote codec protocol: {@code POST /codec/decode}
 * and {@code /codec/encode} with {@code temporal.api.common.v1.Payloads} in protobuf's JSON. A
 * browser is answered for the configured origins alone; its pass is a cookie that {@code /codec}
 * takes and no script reads.
 */
final class CodecDoor extends HttpServlet {
  static final String PATH = "/codec";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CodecDoor.class);
  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "countersign-pass";
  private static final String FIELD = "pass=";

  /**
   * More than a page of a history holds: the server's answers end at 4 MiB, base64 adds a third.
   */
  private static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final String FORM =
      """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Countersign</title>
      <h1>Read payloads in the Temporal UI</h1>
      <p>Paste what <code>countersign codec pass</code> printed. Sent empty, this browser forgets it.</p>
      <form method="post" action="/codec"><input type="password" name="pass" autocomplete="off" aria-label="pass">
      <button>Use it in this browser</button></form></html>
      """;

  private final transient Doorkeeper doorkeeper;
  private final transient CodecSettings settings;
  private final boolean secure;

  /**
   * @param secure whether clients reach this interface over TLS
   */
  CodecDoor(Doorkeeper doorkeeper, CodecSettings settings, boolean secure) {
    this.doorkeeper = doorkeeper;
    this.settings = settings;
    this.secure = secure;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Door.headers(response);
    shareWith(request.getHeader("Origin"), response);
    try {
      switch (request.getMethod() + " " + request.getRequestURI()) {
        case "OPTIONS /codec/decode", "OPTIONS /codec/encode" ->
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        case "POST /codec/decode" -> convert(request, response, true);
        case "POST /codec/encode" -> convert(request, response, false);
        case "GET /codec" -> page(response, FORM);
        case "POST /codec" -> keep(request, response);
        default -> throw Target.refused("there is no page of this address");
      }
    } catch (GateException refusal) {
      Door.refuse(response, refusal);
    }
  }

  /** Fetch standard, CORS protocol: without these a browser keeps the answer from the page. */
  private void shareWith(@Nullable String origin, HttpServletResponse response) {
    response.setHeader("Vary", "Origin");
    if (origin != null && settings.origins().contains(origin)) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
      response.setHeader("Access-Control-Allow-Methods", "POST");
      response.setHeader(
          "Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace");
      response.setHeader("Access-Control-Max-Age", "600");
    }
  }

  private void convert(HttpServletRequest request, HttpServletResponse response, boolean decode)
      throws IOException {
    String reader = doorkeeper.admitByPass(pass(request));
    Payloads given = payloads(body(request));
    Payloads.Builder answer = Payloads.newBuilder();
    answer.addAllPayloads(
        decode
            ? settings.codec().decode(given.getPayloadsList())
            : settings.codec().encode(given.getPayloadsList()));
    LOG.info("{} {} {} payloads", reader, decode ? "reads" : "seals", given.getPayloadsCount());
    response.setContentType(Answer.JSON);
    response
        .getOutputStream()
        .write(JsonFormat.printer().print(answer).getBytes(StandardCharsets.UTF_8));
  }

  private static String pass(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    if (header != null && header.startsWith(BEARER)) {
      return header.substring(BEARER.length()).strip();
    }
    Cookie[] cookies = Objects.requireNonNullElse(request.getCookies(), new Cookie[0]);
    return Arrays.stream(cookies)
        .filter(cookie -> cookie.getName().equals(COOKIE))
        .map(Cookie::getValue)
        .findFirst()
        .orElseThrow(
            () ->
                new GateException(
                    FailureType.BAD_SIGNATURE,
                    "the header 'Authorization: Bearer <pass>' is missing; 'countersign codec pass'"
                        + " makes a pass, and "
                        + PATH
                        + " takes one for a browser"));
  }

  /**
   * Takes a pass for this browser. The cookie goes to the same site only, so that no other page can
   * have it sent.
   */
  private void keep(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String form = new String(body(request), StandardCharsets.US_ASCII);
    if (!form.startsWith(FIELD) || form.contains("&")) {
      throw Target.refused("allowed is one field: pass");
    }
    // A pass is base64url, which a form sends as it is.
    String pass = form.substring(FIELD.length());
    Optional<String> reader =
        pass.isEmpty() ? Optional.empty() : Optional.of(doorkeeper.admitByPass(pass));
    response.addHeader(
        "Set-Cookie",
        COOKIE
            + "="
            + pass
            + "; Path=/codec; HttpOnly; SameSite=Strict"
            + (secure ? "; Secure" : "")
            + (pass.isEmpty() ? "; Max-Age=0" : ""));
    page(
        response,
        reader.isPresent()
            ? "This browser now reads payloads. Close this page.\n"
            : "This browser has forgotten its pass.\n");
  }

  private static void page(HttpServletResponse response, String html) throws IOException {
    response.setContentType("text/html;charset=utf-8");
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'");
    response.getOutputStream().write(html.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] body(HttpServletRequest request) throws IOException {
    byte[] bytes = request.getInputStream().readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new GateException(FailureType.OVERSIZED, "the body; allowed are 16 MiB");
    }
    return bytes;
  }

  private static Payloads payloads(byte[] json) {
    Payloads.Builder payloads = Payloads.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(json, StandardCharsets.UTF_8), payloads);
    } catch (InvalidProtocolBufferException e) {
      throw new GateException(
          FailureType.UNREADABLE, "the body: allowed is temporal.api.common.v1.Payloads in JSON");
    }
    return payloads.build();
  }
}
