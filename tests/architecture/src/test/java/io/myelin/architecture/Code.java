package io.myelin.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;

/** Every class of ours that is not a test. Read once. */
final class Code {
  private static final JavaClasses ALL =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.myelin");

  private Code() {}

  static void check(ArchRule rule) {
    rule.check(ALL);
  }
}
