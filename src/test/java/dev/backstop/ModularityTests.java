package dev.backstop;

import org.junit.jupiter.api.Test;

import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

	@Test
	void everyPackageImportsOnlyWhatItsPackageInfoAllows() {
		ApplicationModules.of(BackstopApplication.class).verify();
	}

}
