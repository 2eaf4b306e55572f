package io.myelin.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
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
  void nettysTransportStaysInTheBrokersFrontAndBelowCalls() {
    Code.check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.myelin.broker.net..", "io.myelin.rpc.grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler.."));
  }

  /** Methods are plain data; everything else of gRPC could queue without a bound, or block. */
  @Test
  void gRpcStaysBelowCalls() {
    Code.check(
        noClasses()
            .that()
            // etcd's client answers with gRPC's statuses.
            .resideOutsideOfPackages("io.myelin.rpc..", "io.myelin.metadata.etcd..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.grpc..")
                    .and(not(assignableTo(MethodDescriptor.class)))
                    .and(not(assignableTo(MethodDescriptor.Marshaller.class)))));
  }

  @Test
  void gRpcsChannelsAndServersStayInOnePackage() {
    Code.check(
        noClasses()
            .that()
            .resideInAPackage("io.myelin.rpc..")
            .and()
            .resideOutsideOfPackages(
                "io.myelin.rpc.grpc..",
                // Generated.
                "io.myelin.rpc.controller.v1..",
                "io.myelin.rpc.replication.v1..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc.netty..", "io.grpc.stub..", "io.grpc.internal..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Channel.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Server.class));
  }

  @Test
  void etcdsClientStaysInOneModule() {
    Code.check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.myelin.metadata.etcd..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.etcd.."));
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
                "io.myelin.rpc..",
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
