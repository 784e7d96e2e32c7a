package io.countersign.activities.audit;

import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.engine.TestPostgres;
import java.util.concurrent.atomic.AtomicInteger;

/** A store of its own for each test that changes one. */
final class StoreCopy {
  private static final AtomicInteger COPIES = new AtomicInteger();

  private StoreCopy() {}

  static PostgresSettings of(PostgresSettings original) {
    String name = "copy" + COPIES.incrementAndGet();
    String url = original.url();
    String template = url.substring(url.lastIndexOf('/') + 1);
    TestPostgres.execute(
        TestPostgres.emptyDatabase(), "CREATE DATABASE " + name + " TEMPLATE " + template);
    return new PostgresSettings(
        url.substring(0, url.lastIndexOf('/') + 1) + name,
        original.user(),
        original.password(),
        original.poolSize(),
        original.connectTimeout(),
        original.statementTimeout(),
        original.lockTimeout(),
        original.writeLimit());
  }
}
