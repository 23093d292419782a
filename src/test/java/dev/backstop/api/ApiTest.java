package dev.backstop.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestClient;
import dev.backstop.TestDatabase;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

/**
 * Backstop over HTTP on a real database, with a clock to move and a reconciler that never
 * runs.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "db-scheduler.enabled=false")
@Import({ TestDatabase.class, TestClock.Configuration.class, ApiTestSupport.class, ScheduleWithoutRunner.class,
		TestClient.class })
@interface ApiTest {

}
