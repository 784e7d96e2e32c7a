package io.countersign.worker.serve;

import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.gate.SweepImpl;
import io.countersign.worker.config.Settings;
import io.countersign.worker.gateway.TemporalConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Starts a worker that serves the gate's task queue. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(GateBeans.class)
public class ServeApplication {

  /** Starts serving; the worker polls when this returns. Closing the context stops it. */
  static ConfigurableApplicationContext start(Settings settings) {
    return new SpringApplicationBuilder(ServeApplication.class)
        .web(WebApplicationType.NONE)
        .bannerMode(org.springframework.boot.Banner.Mode.OFF)
        .properties(properties(settings.temporal()))
        .initializers(context -> context.getBeanFactory().registerSingleton("settings", settings))
        .run();
  }

  /**
   * The worker is listed whole: the starter registers nothing by itself, and a typo would make a
   * second worker.
   */
  private static Map<String, Object> properties(TemporalConnection temporal) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spring.main.keep-alive", "true");
    properties.put("spring.main.log-startup-info", "false");
    properties.put("spring.temporal.connection.target", temporal.address());
    properties.put("spring.temporal.namespace", temporal.namespace());
    properties.put("spring.temporal.start-workers", "true");
    properties.put("spring.temporal.workers[0].name", ReleaseGate.TASK_QUEUE);
    properties.put("spring.temporal.workers[0].task-queue", ReleaseGate.TASK_QUEUE);
    properties.put(
        "spring.temporal.workers[0].workflow-classes[0]", ReleaseGateImpl.class.getName());
    properties.put("spring.temporal.workers[0].workflow-classes[1]", SweepImpl.class.getName());
    int i = 0;
    for (String bean : GateBeans.ACTIVITIES) {
      properties.put("spring.temporal.workers[0].activity-beans[" + i++ + "]", bean);
    }
    return properties;
  }
}
