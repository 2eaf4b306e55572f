package io.myelin.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

/** Frameworks and the network stay where they can be replaced. */
final class FrameworksTest {

  @Test
  void quarkusStaysInAppPackages() {
    Code.check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.myelin..app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.quarkus..", "io.vertx..", "jakarta..", "org.eclipse.microprofile.."));
  }

  @Test
  void nettysTransportStaysInTheBrokersFront() {
    Code.check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.myelin.broker.net..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler.."));
  }

  @Test
  void nothingOfKafkasServerRunsHere() {
    Code.check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "kafka..",
                "org.apache.kafka.server..",
                "org.apache.kafka.storage..",
                "org.apache.kafka.controller..",
                "org.apache.kafka.metadata..",
                "org.apache.kafka.raft.."));
  }

  @Test
  void librariesDoNotLog() {
    Code.check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.myelin.env..",
                "io.myelin.log..",
                "io.myelin.metadata..",
                "io.myelin.protocol..",
                "io.myelin.replication..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jboss.logging..", "org.slf4j..", "java.util.logging.."));
  }

  @Test
  void nobodyReflects() {
    Code.check(noClasses().should().dependOnClassesThat().resideInAPackage("java.lang.reflect.."));
  }
}
