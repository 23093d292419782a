/**
 * The clock calls us: keeps the files of verifications before the links to them die.
 */
@ApplicationModule(allowedDependencies = "verification")
@NullMarked
package dev.backstop.archive;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
