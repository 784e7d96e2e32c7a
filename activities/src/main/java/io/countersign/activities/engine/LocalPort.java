package io.countersign.activities.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The port of a local server: the one of its last start if that is free, else any free one. */
final class LocalPort {
  private LocalPort() {}

  static int in(Path directory) throws IOException {
    Path file = directory.resolve("port");
    int port = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    int free = free(port);
    Files.writeString(file, Integer.toString(free));
    return free;
  }

  private static int free(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      // A server that stopped a moment ago leaves connections behind that would block the port.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      return socket.getLocalPort();
    } catch (IOException e) {
      if (wanted == 0) {
        throw e;
      }
      return free(0);
    }
  }
}
