package io.myelin.metadata;

import io.myelin.metadata.testing.MetadataStoreContract;

class InMemoryMetadataStoreTest extends MetadataStoreContract {
  @Override
  protected MetadataStore create() {
    return new InMemoryMetadataStore("test");
  }
}
