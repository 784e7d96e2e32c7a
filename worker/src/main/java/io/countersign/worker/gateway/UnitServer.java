package io.countersign.worker.gateway;

import io.countersign.activity.GateJson;
import io.countersign.gate.Board;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.PortBoundTestServer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/**
 * Temporal's in-memory test server with a worker on it, for machines without engines. Nothing in it
 * is durable.
 */
public final class UnitServer implements AutoCloseable {
  private final PortBoundTestServer server;
  private final WorkflowServiceStubs stubs;
  private final WorkerFactory workers;
  private final TemporalConnection connection;

  private UnitServer(int port, String queue, Class<?> workflow, List<Object> activities) {
    server = TestServer.createPortBoundServer(port, true);
    connection = TemporalConnection.local("127.0.0.1:" + port);
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(connection.address()).build());
    registerSearchAttributes();
    WorkflowClient client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder().setDataConverter(GateJson.converter()).build());
    workers =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(new FailureTranslation())
                .build());
    Worker worker = workers.newWorker(queue);
    worker.registerWorkflowImplementationTypes(workflow);
    worker.registerActivitiesImplementations(activities.toArray());
    workers.start();
  }

  /** Starts server and worker on a free loopback port. */
  public static UnitServer start(String queue, Class<?> workflow, List<Object> activities) {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      return new UnitServer(port, queue, workflow, activities);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void registerSearchAttributes() {
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder()
                .setTarget(connection.address())
                .validateAndBuildWithDefaults());
    AddSearchAttributesRequest.Builder wanted =
        AddSearchAttributesRequest.newBuilder()
            .setNamespace(connection.namespace())
            .putSearchAttributes(
                Board.AWAITING.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST);
    for (SearchAttributeKey<String> key :
        List.of(Board.STATE, Board.TIER, Board.SYSTEM, Board.ENVIRONMENT, Board.DIGEST)) {
      wanted.putSearchAttributes(key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
    }
    operator.blockingStub().addSearchAttributes(wanted.build());
    operator.shutdownNow();
  }

  public TemporalConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    workers.shutdownNow();
    stubs.shutdownNow();
    server.close();
  }
}
