package dev.backstop;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class ApplicationTests {

	@Test
	void startsOnPostgres18(@Autowired JdbcClient jdbc) {
		var version = jdbc.sql("show server_version").query(String.class).single();

		assertThat(version).startsWith("18");
	}

}
