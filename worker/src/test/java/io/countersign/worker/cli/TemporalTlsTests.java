package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.worker.cli.Desk.Said;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.gateway.UnitServer;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings of an encrypted connection, from the command line to a server that insists on it.
 */
class TemporalTlsTests {
  private static final String ID = "production/fraud-scorer/2026.11.1";
  private static final String NOT_THERE = "UNKNOWN_RELEASE";

  @TempDir static Path keys;
  private static Certificates certificates;
  private static UnitServer temporal;
  private static TlsDoor door;

  @TempDir Path directory;
  private Desk desk;

  @BeforeAll
  static void open() throws Exception {
    certificates = new Certificates(keys);
    for (String name : new String[] {"server", "client", "stranger"}) {
      certificates.make(name);
    }
    temporal = UnitServer.start(ReleaseGate.TASK_QUEUE, ReleaseGateImpl.class, java.util.List.of());
    String address = temporal.connection().address();
    door =
        new TlsDoor(
            certificates.server("server", "client"),
            Integer.parseInt(address.substring(address.indexOf(':') + 1)));
  }

  @AfterAll
  static void close() throws IOException {
    door.close();
    temporal.close();
  }

  @BeforeEach
  void sit() {
    desk = new Desk(directory);
    desk.gateways = settings -> TemporalGateway.of(settings.temporal());
    desk.environment.put("COUNTERSIGN_TEMPORAL_ADDRESS", door.address());
  }

  @Test
  void aClientCertificateAndTheServersCaLetTheCommandLineIn() {
    trust("server");
    prove("client");
    Said said = desk.run("release", "show", ID);
    assertThat(said.err()).startsWith(NOT_THERE);
    assertThat(said.exit()).isEqualTo(7);
  }

  @Test
  void aWrongCaIsOneClearError() {
    trust("stranger");
    prove("client");
    unreachable("cannot agree on TLS; see countersign.temporal.tls.ca");
  }

  @Test
  void aCertificateThatTheServerDoesNotKnowLetsNobodyIn() {
    trust("server");
    prove("stranger");
    unreachable("");
  }

  @Test
  void noCertificateLetsNobodyIn() {
    trust("server");
    unreachable("");
  }

  @Test
  void noEncryptionLetsNobodyIn() {
    unreachable("");
  }

  @Test
  void aFileThatIsNoCertificateIsNamed() throws IOException {
    Path junk = Files.writeString(directory.resolve("junk.pem"), "junk");
    desk.environment.put("COUNTERSIGN_TEMPORAL_TLS_CA", junk.toString());
    unreachable("junk.pem: the certificates cannot be read");
  }

  @Test
  void theApiKeyIsSentWithEveryCallAndReadAnew() throws Exception {
    Path file = Files.writeString(directory.resolve("api.key"), "of-yesterday\n");
    Server wanting = server("of-today");
    try {
      desk.environment.put("COUNTERSIGN_TEMPORAL_ADDRESS", "127.0.0.1:" + wanting.getPort());
      desk.environment.put("COUNTERSIGN_TEMPORAL_API_KEY_FILE", file.toString());
      trust("server");
      unreachable("denies access; see countersign.temporal.api-key-file");
      Files.writeString(file, "of-today\n");
      assertThat(desk.run("release", "show", ID).err()).startsWith(NOT_THERE);
      assertThat(desk.run("release", "show", ID).err()).doesNotContain("of-today");
    } finally {
      wanting.shutdownNow();
    }
  }

  private void trust(String name) {
    desk.environment.put("COUNTERSIGN_TEMPORAL_TLS_CA", certificates.certificate(name).toString());
  }

  private void prove(String name) {
    desk.environment.put(
        "COUNTERSIGN_TEMPORAL_TLS_CERT", certificates.certificate(name).toString());
    desk.environment.put("COUNTERSIGN_TEMPORAL_TLS_KEY", certificates.key(name).toString());
  }

  private void unreachable(String why) {
    Said said = desk.run("release", "show", ID);
    assertThat(said.exit()).isEqualTo(6);
    assertThat(said.out()).isEmpty();
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err()).startsWith("TEMPORAL_UNAVAILABLE").contains(why);
  }

  /** Knows no release, and says so to whoever has the key. */
  private static Server server(String apiKey) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sslContext(
            GrpcSslContexts.forServer(
                    certificates.certificate("server").toFile(),
                    certificates.key("server").toFile())
                .build())
        .fallbackHandlerRegistry(new Doorkeeper(apiKey))
        .build()
        .start();
  }

  /** Answers every method alike. */
  private static final class Doorkeeper extends HandlerRegistry {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final String apiKey;

    Doorkeeper(String apiKey) {
      this.apiKey = apiKey;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(name)
              .setRequestMarshaller(new Bytes())
              .setResponseMarshaller(new Bytes())
              .build();
      return ServerMethodDefinition.create(method, (call, headers) -> answer(call, headers, name));
    }

    private ServerCall.Listener<byte[]> answer(
        ServerCall<byte[], byte[]> call, Metadata headers, String name) {
      if (!("Bearer " + apiKey).equals(headers.get(AUTHORIZATION))) {
        call.close(Status.UNAUTHENTICATED, new Metadata());
      } else if (name.endsWith("/GetSystemInfo")) {
        call.sendHeaders(new Metadata());
        call.sendMessage(GetSystemInfoResponse.getDefaultInstance().toByteArray());
        call.close(Status.OK, new Metadata());
      } else {
        call.close(Status.NOT_FOUND, new Metadata());
      }
      return new ServerCall.Listener<>() {};
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
