package dev.backstop.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.reconciliation.Reconciliation;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/**
 * Backstop over HTTP on a real database, with a clock to move and a reconciler that does
 * nothing.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import({ TestDatabase.class, TestClock.Configuration.class, ApiTestSupport.class })
@MockitoBean(types = Reconciliation.class)
@interface ApiTest {

}
