package dev.backstop.operations;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestDatabase;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

/** The whole application with both ports, of which no runner ever starts. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "spring.test.metrics.export=true" })
@Import({ TestDatabase.class, Scene.class, ScheduleWithoutRunner.class })
@interface OperationsTest {

}
