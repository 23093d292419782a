package dev.backstop;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DemonstrationTests {

	@Test
	void nothingElseAmongTheTestsCanBeRun() {
		var tests = new ClassFileImporter()
			.importUrl(Demonstration.class.getProtectionDomain().getCodeSource().getLocation());

		assertThat(tests)
			.filteredOn((type) -> type.getMethods().stream().anyMatch((method) -> method.getName().equals("main")))
			.as("classes among which ./mvnw spring-boot:test-run would have to choose")
			.extracting(JavaClass::getName)
			.containsExactly(Demonstration.class.getName());
	}

}
