package dev.backstop.operations;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
@ExtendWith(OutputCaptureExtension.class)
class StartupReportTests {

	@Autowired
	private StartupReport report;

	@Test
	void saysHowBackstopIsSetUpAndNoSecret(@LocalServerPort int port, @LocalManagementPort int managementPort,
			CapturedOutput output) {
		this.report.tell();

		assertThat(output).contains(port + " for webhooks and clients", managementPort + " for operators",
				"clients 1, operators 1, monitors 1", "http://localhost:1", "calls at most 1 each 0.5s",
				"signing keys 1", "1h + 10m + 20m + 10m", "database   jdbc:postgresql://");
		assertThat(output).doesNotContain("password", "test-signing-key", "test-api");
	}

}
