package io.myelin.standalone.app;

import io.myelin.standalone.EmbeddedCluster;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Kubernetes' three questions, under {@code /q/health/live}, {@code ready} and {@code started}. */
@Singleton
final class Probes {
  private final RunningCluster cluster;

  @Inject
  Probes(RunningCluster cluster) {
    this.cluster = cluster;
  }

  /** That this is answered at all is the proof: a restart would not mend a full disk. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck live() {
    return () -> HealthCheckResponse.up("process");
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck ready() {
    return () -> response(cluster.health());
  }

  private static HealthCheckResponse response(EmbeddedCluster.Health health) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("broker").status(health.serving());
    int n = 1;
    for (String problem : health.problems()) {
      response.withData("problem-" + n++, problem);
    }
    return response.build();
  }

  @Produces
  @Singleton
  @Startup
  HealthCheck started() {
    return () -> HealthCheckResponse.named("broker").status(cluster.isStarted()).build();
  }
}
