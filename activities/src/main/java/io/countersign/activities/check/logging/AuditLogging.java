package io.countersign.activities.check.logging;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.AuditDevices.Device;
import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Reachability.Reach;
import io.countersign.check.Severity;
import io.countersign.release.Manifest;
import java.math.BigDecimal;
import java.util.List;

/**
 * {@code security.audit-logging}: Vault writes every request to an audit device that keeps it, and
 * the workload sends its log to a sink that the tier lists and that can be reached now.
 *
 * <pre>
 * with:
 *   sinks: [https://logs.example.com/ingest, "syslog+tls://logs.example.com:6514"]
 *   devices: 1                  # optional: audit devices that show and keep everything
 *   rawDevices: refused         # optional: devices that write secrets in clear; or noted
 * </pre>
 */
public final class AuditLogging implements Check {
  @Override
  public String name() {
    return "security.audit-logging";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "sinks", "devices", "rawDevices");
    List<LogSink> sinks = sinks(settings);
    BigDecimal least = settings.number("devices");
    int devices = least == null ? 1 : whole(settings, least);
    boolean raw = settings.oneOf("rawDevices", "refused", "noted").equals("noted");
    CheckFindings found = new CheckFindings();
    devices(context.world().lookouts().auditDevices().devices(), devices, raw, found);
    sink(context, sinks, found);
    return found;
  }

  private static List<LogSink> sinks(Settings settings) {
    settings.required("sinks");
    List<String> words = settings.words("sinks");
    try {
      return words == null ? List.of() : words.stream().map(LogSink::parse).toList();
    } catch (IllegalArgumentException e) {
      throw settings.refused("sinks", "a list of sinks; " + e.getMessage());
    }
  }

  private static int whole(Settings settings, BigDecimal number) {
    if (number.signum() <= 0
        || number.stripTrailingZeros().scale() > 0
        || number.compareTo(BigDecimal.TEN) > 0) {
      throw settings.refused("devices", "a whole number, 1 to 10");
    }
    return number.intValueExact();
  }

  private static void devices(
      List<Device> devices, int least, boolean rawNoted, CheckFindings found) {
    long whole = devices.stream().filter(Device::whole).count();
    found.measure("audit.devices", Long.toString(whole));
    for (Device device : devices) {
      String where = "sys/audit/" + device.path();
      if (!device.whole()) {
        found.note(
            "partial-device",
            Severity.LOW,
            device.discards() ? "what it writes is kept nowhere" : "it leaves requests out",
            where);
      }
      if (device.raw()) {
        String what = "it writes secrets in clear (log_raw)";
        if (rawNoted) {
          found.note("raw-device", Severity.MEDIUM, what, where);
        } else {
          found.fail("raw-device", Severity.HIGH, what, where);
        }
      }
    }
    if (whole < least) {
      found.fail(
          "no-audit-device",
          Severity.CRITICAL,
          "found " + whole + " audit devices that show and keep every request, wanted " + least,
          "sys/audit");
    }
  }

  private static void sink(CheckContext context, List<LogSink> allowed, CheckFindings found) {
    Manifest.Logs logs = context.manifest().workload().logs();
    if (logs == null) {
      found.fail(
          "no-sink",
          Severity.HIGH,
          "the manifest does not say where the workload sends its log",
          "workload.logs.sink");
      return;
    }
    LogSink sink;
    try {
      sink = LogSink.parse(logs.sink());
    } catch (IllegalArgumentException e) {
      found.fail("not-a-sink", Severity.HIGH, String.valueOf(e.getMessage()), "workload.logs.sink");
      return;
    }
    if (!allowed.contains(sink)) {
      found.fail(
          "sink-not-listed",
          Severity.HIGH,
          "found " + sink + ", allowed are " + allowed,
          "workload.logs.sink");
      return;
    }
    found.measure("sink", sink.toString());
    Reach reach = context.world().lookouts().reachability().reach(sink);
    if (reach != Reach.REACHED) {
      found.fail(
          "sink-unreachable",
          Severity.HIGH,
          "the worker cannot reach it: " + reach,
          sink.toString());
    }
  }
}
