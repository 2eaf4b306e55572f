package io.myelin.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

/** Who may depend on whom: libraries never on services, services never on each other. */
final class LayersTest {
  private static final String[] SERVICES = {
    "io.myelin.broker..", "io.myelin.controller..", "io.myelin.standalone.."
  };
  private static final String[] OTHER_LIBRARIES = {
    "io.myelin.log..",
    "io.myelin.metadata..",
    "io.myelin.protocol..",
    "io.myelin.rpc..",
    "io.myelin.replication..",
    "io.myelin.sim..",
    "io.myelin.wire.."
  };

  @Test
  void theOutsideWorldDependsOnTheJdkAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.env..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.myelin.env..", "java.."));
  }

  @Test
  void theStorageEngineDependsOnTheOutsideWorldAndCompressionAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.log..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.log..",
                "io.myelin.env..",
                "java..",
                "com.github.luben.zstd..",
                "net.jpountz..",
                "org.xerial.snappy.."));
  }

  @Test
  void replicationDecidesOnTheLogsHistoryAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.replication..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.replication..", "io.myelin.log.epoch..", "java.lang..", "java.util"));
  }

  @Test
  void theClusterModelDependsOnTheOutsideWorldAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.metadata")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.metadata", "io.myelin.env..", "java..", "org.pcollections.."));
  }

  @Test
  void theStoreInEtcdDependsOnItsPortAndItsClientAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.metadata.etcd..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.metadata",
                "io.myelin.metadata.etcd..",
                "io.myelin.env..",
                "java..",
                "io.etcd.jetcd..",
                "io.grpc"));
  }

  @Test
  void theCheckerOfHistoriesDependsOnTheJdkAlone() {
    Code.check(
        classes()
            .that()
            .resideInAPackage("io.myelin.system.history..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.myelin.system.history..", "java.."));
  }

  @Test
  void systemTestsSeeMyelinFromOutside() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.system..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.myelin..").and(not(resideInAPackage("io.myelin.system..")))));
  }

  @Test
  void theProtocolKnowsNothingOfTheRest() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.myelin.log..", "io.myelin.metadata..", "io.myelin.env.."));
  }

  @Test
  void callsKnowNothingOfWhatIsCalled() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.rpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.log..",
                "io.myelin.metadata..",
                "io.myelin.protocol..",
                "io.myelin.sim..",
                "io.myelin.wire.."));
  }

  @Test
  void theWireKnowsTheModelAndTheCallsAlone() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.myelin.log..", "io.myelin.protocol..", "io.myelin.sim..", "io.grpc.."));
  }

  @Test
  void librariesNeverDependOnServices() {
    Code.check(
        noClasses()
            .that()
            .resideInAnyPackage(OTHER_LIBRARIES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVICES));
  }

  @Test
  void theBrokerDependsOnNoOtherService() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.myelin.controller..", "io.myelin.standalone.."));
  }

  @Test
  void theControllerDependsOnNoOtherService() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.controller..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.myelin.broker..", "io.myelin.standalone.."));
  }
}
