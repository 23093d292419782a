package dev.backstop.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.backstop.verification.ScanRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Does what the README tells operators to do. */
@OperationsTest
class ErasureTests {

	@Autowired
	private Scene scene;

	@Autowired
	private JdbcClient jdbc;

	@LocalServerPort
	private int port;

	@BeforeEach
	void clear() {
		this.scene.clear();
	}

	@Test
	void aPersonIsErasedButForScanRefTimesAndHashes() throws Exception {
		var scanRef = known();
		var another = known();
		var kept = whatStays(scanRef);
		assertThat(tablesThatHoldThePersonOf(scanRef)).containsOnlyKeys("verification", "delivery", "idenfy_call",
				"archive_file");
		assertThat(kept).hasSizeGreaterThan(5);
		var others = tablesThatHoldThePersonOf(another);

		this.jdbc.sql(statement()).param("scanRef", scanRef.value()).update();

		assertThat(tablesThatHoldThePersonOf(scanRef)).isEmpty();
		assertThat(tablesThatHoldThePersonOf(another)).isEqualTo(others);
		assertThat(whatStays(scanRef)).containsExactlyInAnyOrderElementsOf(kept);
	}

	/** One that was fetched and called about, and that two webhooks tell about. */
	private ScanRef known() throws Exception {
		var scanRef = this.scene.settled();
		var person = personOf(scanRef);
		this.scene.call(scanRef, "DATA", "ANSWERED");
		this.jdbc.sql("update idenfy_call set reason = ? where scan_ref = ?").params(person, scanRef.value()).update();
		var publicPort = new PublicPort(this.port);
		assertThat(publicPort.sendSigned("""
				{"final": true, "scanRef": "%s", "clientId": "%2$s", "platform": "%2$s",
				 "status": {"overall": "APPROVED", "manualFace": "FACE_MATCH", "manualDocument": "DOC_VALIDATED"},
				 "data": {"docFirstName": "%2$s"}, "fileUrls": {"FRONT": "https://files.example/%2$s"}}
				""".formatted(scanRef, person), "IDENTIFICATION_MANUAL_FINISHED")).isEqualTo(200);
		assertThat(publicPort.sendSigned("""
				{"monitoringId": "1", "name": "%s", "scanRefList": ["%s"], "status": "ALERT"}
				""".formatted(person, scanRef), "AML_MONITORING")).isEqualTo(200);
		return scanRef;
	}

	private static String personOf(ScanRef scanRef) {
		return "Person-" + scanRef.value().substring(0, 8).toUpperCase(Locale.ROOT);
	}

	private static String statement() throws IOException {
		var section = Files.readString(Path.of("README.md")).split("### Erase a person", 2)[1];
		return section.split("```sql|```", 3)[1];
	}

	/** How many rows of which table have the name in them, also in bytes. */
	private Map<String, Long> tablesThatHoldThePersonOf(ScanRef scanRef) {
		var holding = new TreeMap<String, Long>();
		for (var table : this.jdbc.sql("select tablename from pg_tables where schemaname = current_schema()")
			.query(String.class)
			.list()) {
			long rows = this.jdbc.sql("""
					select count(*) from "%s" row
					where row::text like '%%' || :person || '%%'
						or row::text like '%%' || encode(convert_to(:person, 'UTF8'), 'hex') || '%%'
					""".formatted(table)).param("person", personOf(scanRef)).query(Long.class).single();
			if (rows > 0) {
				holding.put(table, rows);
			}
		}
		return holding;
	}

	/** What is known without the person, one line a row. */
	private List<String> whatStays(ScanRef scanRef) {
		return this.jdbc.sql("""
				select concat_ws(' ', scan_ref, progress, overall, created_at, updated_at, last_webhook_at)
				from verification where scan_ref = :scanRef
				union all
				select concat_ws(' ', id, received_at, body_size, encode(body_sha256, 'hex'), outcome) from delivery
				union all
				select concat_ws(' ', scan_ref, at, kind, outcome, details) from timeline_entry
				union all
				select concat_ws(' ', scan_ref, part, started_at, ended_at, outcome) from idenfy_call
				""").param("scanRef", scanRef.value()).query(String.class).list();
	}

}
