package io.countersign.activities.grant;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.countersign.activities.port.CredentialBroker;
import org.junit.jupiter.api.Test;

/** There is one way to a role in Vault, and it leads through the examination (I3, I15). */
class GrantPathTests {
  private final JavaClasses module =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.countersign.activities");

  @Test
  void onlyRoleWritingAsksForARole() {
    noClasses()
        .that()
        .areNotAssignableTo(RoleWriting.class)
        .should()
        .callMethodWhere(
            describe(
                "it is CredentialBroker.grant",
                call ->
                    call.getTargetOwner().isAssignableTo(CredentialBroker.class)
                        && call.getTarget().getName().equals("grant")))
        .check(module);
  }

  @Test
  void onlyGrantingHasRolesWritten() {
    noClasses()
        .that()
        .areNotAssignableTo(Granting.class)
        .should()
        .callMethodWhere(
            describe(
                "it is RoleWriting.write",
                call ->
                    call.getTargetOwner().isAssignableTo(RoleWriting.class)
                        && call.getTarget().getName().equals("write")
                        && !call.getOriginOwner().isAssignableTo(RoleWriting.class)))
        .check(module);
  }
}
