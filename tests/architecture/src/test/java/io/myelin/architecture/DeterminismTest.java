package io.myelin.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * A seed decides everything that the simulator runs: time and chance come through libs/env alone.
 */
final class DeterminismTest {

  @Test
  void nobodyAsksTheSystemForTheTime() {
    Code.check(
        simulated()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callConstructor(Date.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class));
  }

  @Test
  void nobodyAsksTheSystemForChance() {
    Code.check(
        simulated()
            .should()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(SecureRandom.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(SplittableRandom.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class));
  }

  @Test
  void nobodySleeps() {
    Code.check(
        simulated()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class));
  }

  /**
   * Whatever runs in the simulator; the simulator itself draws its chance from the seed. The
   * checker of histories may run there, what makes them from real processes may not.
   */
  private static GivenClassesConjunction simulated() {
    return noClasses()
        .that(
            not(
                JavaClass.Predicates.resideInAnyPackage(
                    "io.myelin.env..",
                    "io.myelin.sim..",
                    "io.myelin.bench..",
                    "io.myelin.cli..",
                    "io.myelin.system",
                    "io.myelin.system.load..",
                    "io.myelin.system.faults..",
                    "io.myelin.system.cluster..",
                    "io.myelin.system.pauses..")))
        .and(resideInAPackage("io.myelin.."));
  }
}
