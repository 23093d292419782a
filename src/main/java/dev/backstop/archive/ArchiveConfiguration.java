package dev.backstop.archive;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets every instance look for files that wait. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ArchiveConfiguration {

}
